import { describe, expect, it } from "vitest";
import { placeOf } from "./places";

describe("a place in an agent", () => {
  it("is called as the editor calls it", () => {
    expect(placeOf("/voice_speed")).toBe("Speed");
    expect(placeOf("/begin_message")).toBe("Greeting");
  });

  it("says where inside a record or a list it is", () => {
    expect(placeOf("/record_schema/properties/stops/items/properties/city")).toBe(
      "Record › stops › city",
    );
    expect(placeOf("/variables/1/default")).toBe("Variables › 1 › default");
  });

  it("names a setting that only Retell has a form for", () => {
    expect(placeOf("/retell_overrides/agent/denoising_mode")).toBe(
      "Other Retell settings › Denoising mode",
    );
    expect(placeOf("/retell_overrides/stt_mode")).toBe("Other Retell settings › Stt mode");
  });

  it("reads a name with a slash in it", () => {
    expect(placeOf("/record_schema/properties/from~1to")).toBe("Record › from/to");
  });
});
