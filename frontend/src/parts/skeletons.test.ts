import { expect, it } from "vitest";

const sources: Record<string, string> = import.meta.glob("../**/*.tsx", {
  query: "?raw",
  import: "default",
  eager: true,
});

it("no skeleton is wider than its card: one with a margin is as wide as that leaves", () => {
  const all = Object.values(sources).flatMap((source) => source.match(/<Skeleton\b[^>]*>/g) ?? []);
  const withMargin = all.filter((skeleton) => /\sm[xlrse]?=/.test(skeleton));

  expect(withMargin.length).toBeGreaterThan(5);
  expect(withMargin.filter((skeleton) => !skeleton.includes('w="auto"'))).toEqual([]);
});
