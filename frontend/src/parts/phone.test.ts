import { expect, it } from "vitest";
import { formatPhone } from "./phone";

it.each([
  ["+14155550100", "+1 415 555 0100"],
  ["+442079460958", "+44 20 7946 0958"],
  ["anonymous", "anonymous"],
])("%s is shown as %s", (number, text) => {
  expect(formatPhone(number)).toBe(text);
});
