import { expect, test } from "vitest";
import { sells } from "./selling";

test.each([
  ["Tell them about our special offer and book a demo.", "special offer"],
  ["You are a sales representative of Acme.", "sales representative"],
  ["Offer a DISCOUNT of ten percent.", "DISCOUNT"],
])("a prompt that sells is noticed: %s", (prompt, words) => {
  expect(sells(prompt)).toBe(words);
});

test.each([
  "You call {{driver_name}} about load {{load_number}} and ask where they are.",
  "Remind them of their appointment and offer another time.",
  "",
])("one that does not is left alone: %s", (prompt) => {
  expect(sells(prompt)).toBeNull();
});
