import { expect, it } from "vitest";
import { namedBy } from "./named";

const ID = "01990000-0000-7000-8000-00000000ca11";

it.each([
  ["+1 (415) 555-0100", { phone_number: "+14155550100" }],
  [ID.toUpperCase(), { call_id: ID }],
  [`https://ringback.example.com/calls/${ID}?tab=record`, { call_id: ID }],
  ["4155550100", null],
  ["Maria", null],
  ["", null],
])("reads %s", (text, named) => {
  expect(namedBy(text)).toEqual(named);
});
