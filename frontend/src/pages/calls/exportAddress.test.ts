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

it("exports by every single value", () => {
  expect(exportAddress({ variable: ["a:1", "b:2"], columns: ["record.eta"] })).toBe(
    "/api/v1/calls/export?variable=a%3A1&variable=b%3A2",
  );
});
