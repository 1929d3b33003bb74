import { expect, it } from "vitest";
import { exportAddress } from "./exportAddress";

it("exports what is shown", () => {
  expect(exportAddress({ q: "mike & co", status: "ended" })).toBe(
    "/api/v1/calls/export?status=ended&q=mike+%26+co",
  );
});

it("exports everything without filters", () => {
  expect(exportAddress({})).toBe("/api/v1/calls/export");
});
