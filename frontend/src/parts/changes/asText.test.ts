import { describe, expect, it } from "vitest";
import { asText } from "./asText";

describe("a value", () => {
  it("is written as people write it", () => {
    expect(asText(null)).toBe("(nothing)");
    expect(asText(true)).toBe("Yes");
    expect(asText(30_000, "/ring_duration_ms")).toBe("30 seconds");
    expect(asText(1.4, "/voice_speed")).toBe("1.4");
    expect(asText(["en-US", "es-ES"])).toBe("en-US, es-ES");
    expect(asText([])).toBe("[]");
    expect(asText({ a: 1 })).toBe('{\n  "a": 1\n}');
  });
});
