import { describe, expect, it } from "vitest";
import { countryOptions, homeCountry, readNumber, whileTyping } from "./countries";

describe("a number", () => {
  it("of the chosen country becomes E.164", () => {
    expect(readNumber("(415) 555-0100", "US")).toEqual({ number: "+14155550100" });
  });

  it("with a plus names its own country", () => {
    expect(readNumber("+44 20 7946 0958", "US")).toEqual({ number: "+442079460958" });
  });

  it.each(["", "12", "no number"])("is refused when it is none: %j", (text) => {
    expect(readNumber(text, "US")).toHaveProperty("error");
  });

  it("is grouped while it is typed", () => {
    expect(whileTyping("4155550100", "US")).toBe("(415) 555-0100");
  });
});

it("offers countries by name with their code", () => {
  expect(countryOptions("en")).toContainEqual({ value: "DE", label: "Germany +49" });
});

it("starts with the browser's country", () => {
  expect(homeCountry("de-AT")).toBe("AT");
  expect(homeCountry("en")).toBe("US");
});
