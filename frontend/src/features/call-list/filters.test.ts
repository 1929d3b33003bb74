import { expect, it } from "vitest";
import { hasFilters, readCallFilters } from "./filters";
import { asQuery } from "@/api/callFilters";

it("reads what an address says", () => {
  const search = {
    status: "ended",
    record: "needs_review",
    q: "Mike",
    from: "2026-11-01",
    until: "2026-11-21",
  };
  expect(readCallFilters(search)).toEqual(search);
});

it("leaves out what makes no sense, as addresses are typed and shared", () => {
  expect(
    readCallFilters({
      status: "toString",
      record: "ended",
      q: " ",
      from: "soon",
      until: 7,
      page: 3,
    }),
  ).toEqual({});
});

it("takes a search for digits as text", () => {
  expect(readCallFilters({ q: 4155550100 })).toEqual({ q: "4155550100" });
});

it("covers the last day to its end", () => {
  const query = asQuery({ from: "2026-11-21", until: "2026-11-21" });
  expect(query.created_after).toBe(new Date(2026, 10, 21).toISOString());
  expect(query.created_before).toBe(new Date(2026, 10, 22).toISOString());
});

it("keeps who answered, the direction and the label, when they make sense", () => {
  const filters = { answered: "voicemail", source: "inbound", tag: "night shift" } as const;

  expect(readCallFilters(filters)).toEqual(filters);
  expect(readCallFilters({ answered: "a cat", source: "toString", tag: " " })).toEqual({});
  expect(asQuery(filters)).toMatchObject({ answered_by: "voicemail", source: "inbound" });
});

it("tells whether anything is filtered", () => {
  expect(hasFilters({})).toBe(false);
  expect(hasFilters({ q: "Mike" })).toBe(true);
});

it("keeps single values, the order and the columns, and shows without them what there is", () => {
  const view = {
    variable: ["load:7891-B"],
    field: ["eta:late"],
    order: "oldest",
    columns: ["record.eta"],
  } as const;

  expect(readCallFilters({ ...view })).toEqual(view);
  expect(readCallFilters({ variable: "load:7", field: [7, " "], order: "best" })).toEqual({
    variable: ["load:7"],
  });
  expect(hasFilters({ order: "oldest", columns: ["record.eta"] })).toBe(false);
  expect(hasFilters({ field: ["eta:late"] })).toBe(true);
});

it("keeps lengths, moods, reasons and the order by length, when they make sense", () => {
  const filters = {
    longer: 1.5,
    shorter: 10,
    mood: "Negative",
    ended: "user_hangup",
    order: "longest",
  } as const;

  expect(readCallFilters(filters)).toEqual(filters);
  expect(readCallFilters({ longer: "much", shorter: -1, mood: "blue", order: "newest" })).toEqual(
    {},
  );
  expect(asQuery(filters)).toMatchObject({
    min_duration_ms: 90_000,
    max_duration_ms: 600_000,
    sentiment: "Negative",
    status_reason: "user_hangup",
  });
});

it("asks for whole milliseconds, whatever the minutes", () => {
  expect(asQuery({ longer: 4.1, shorter: 8.2 })).toMatchObject({
    min_duration_ms: 246_000,
    max_duration_ms: 492_000,
  });
});
