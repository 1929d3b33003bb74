import { expect, it } from "vitest";
import { readAssignee } from "@/parts/assignee";
import { choicesOf, filterChoicesOf } from "./choices";

const ANA = { id: "a", name: "Ana", is_active: true };
const GONE = { id: "g", name: "Gil", is_active: false };
const ROBIN = { id: "r", name: "Robin", is_active: true };

it("offers oneself first, and nobody who is gone", () => {
  expect(choicesOf([ANA, GONE, ROBIN], "r", null)).toEqual([
    { value: "r", label: "Robin (you)" },
    { value: "a", label: "Ana" },
  ]);
});

it("names whoever has it, gone or not", () => {
  expect(choicesOf([ANA, GONE], "a", "g").map(({ label }) => label)).toEqual([
    "Ana (you)",
    "Gil (deactivated)",
  ]);
});

it("finds what is one's own, nobody's, or another's", () => {
  expect(filterChoicesOf([ANA, GONE, ROBIN], "r").map(({ value }) => value)).toEqual([
    "me",
    "nobody",
    "a",
  ]);
});

it("reads an assignee from an address, and nothing else", () => {
  const id = "01990000-0000-7000-8000-00000000a9e7";
  expect(["me", "nobody", id, "you", 7, ""].map(readAssignee)).toEqual([
    "me",
    "nobody",
    id,
    undefined,
    undefined,
    undefined,
  ]);
});
