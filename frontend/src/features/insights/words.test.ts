import { expect, it } from "vitest";
import type { Finding, RecordField, VersionComparison } from "@/api/insights";
import { chartOf, inOrder, metricsOf, nameOf, say, tell, tellComparison } from "./words";

const FIELDS: RecordField[] = [
  { name: "boxes", title: "boxes", kind: "number", choices: [] },
  { name: "late", title: "Is it late?", kind: "yes_no", choices: [] },
  { name: "call_outcome", title: "call_outcome", kind: "choice", choices: ["in_transit", "done"] },
  { name: "note", title: "note", kind: "text", choices: [] },
];
const SIDE = { value: null, interval: null, median: null, shares: null };
const FINDING: Finding = {
  metric: "answered_by_people_percent",
  verdict: "drift",
  test: "two_proportion",
  p_value: 0.001,
  adjusted_p_value: 0.01,
  effect: "cohens_h",
  effect_size: -0.7,
  n: 40,
  baseline_n: 60,
  window: { ...SIDE, value: 20 },
  baseline: { ...SIDE, value: 52.34 },
  is_by_day: false,
};

it("names metrics as people do, fields by their titles", () => {
  expect(nameOf("duration_ms", FIELDS)).toBe("Average length");
  expect(nameOf("field:late", FIELDS)).toBe("Is it late?");
  expect(nameOf("field:call_outcome=in_transit", FIELDS)).toBe("Call outcome: In transit");
  expect(nameOf("filled:note", FIELDS)).toBe("Note: known at all");
});

it("offers what a figure can be made of", () => {
  expect(metricsOf(FIELDS)[1]?.items).toEqual([
    "field:boxes",
    "field:late",
    "field:call_outcome=in_transit",
    "field:call_outcome=done",
    "filled:note",
  ]);
  expect(metricsOf([])).toHaveLength(1);
});

it("says percentages of what is yes or no, and numbers of what is a number", () => {
  expect(say("field:late", 50, FIELDS)).toBe("50%");
  expect(say("field:boxes", 50.25, FIELDS)).toBe("50.3");
  expect(say("filled:note", 99, FIELDS)).toBe("99%");
  expect(say("duration_ms", 90_000, FIELDS)).toBe("1.5 min");
  expect(say("calls", null, FIELDS)).toBe("–");
});

it("tells a manager what changed, which way and how much", () => {
  expect(tell(FINDING, FIELDS)).toEqual({
    tone: "attention",
    verdict: "Fell a lot",
    now: "20%",
    before: "52.3%",
    nowBetween: null,
    beforeBetween: null,
    effect: "Cohen’s h −0.70",
  });
  expect(tell({ ...FINDING, effect_size: 0.2 }, FIELDS).verdict).toBe("Rose a little");
  expect(tell({ ...FINDING, verdict: "no_drift" }, FIELDS).verdict).toBe("No change");
  const few = { ...FINDING, verdict: "too_few", window: SIDE } as const;
  expect(tell(few, FIELDS)).toMatchObject({ verdict: "Too few to say", now: "–" });
});

it("tells of choices the one that moved most", () => {
  const finding: Finding = {
    ...FINDING,
    metric: "field:call_outcome",
    effect: "cramers_v",
    effect_size: 0.3,
    window: { ...SIDE, shares: { done: 30, in_transit: 60, "": 10 } },
    baseline: { ...SIDE, shares: { done: 70, in_transit: 25, "": 5 } },
  };
  expect(tell(finding, FIELDS)).toMatchObject({
    verdict: "Shifted clearly",
    now: "Done 30%",
    before: "Done 70%",
  });
});

it("counts days where days are compared", () => {
  const calls = { ...FINDING, metric: "calls", is_by_day: true, effect: "cliffs_delta" } as const;
  expect(tell(calls, FIELDS)).toMatchObject({ now: "20 a day", before: "52.3 a day" });
});

it("puts what changed first", () => {
  const verdicts = ["too_few", "no_drift", "drift"] as const;
  const findings = verdicts.map((verdict) => ({ ...FINDING, verdict }));
  expect(inOrder(findings).map(({ verdict }) => verdict)).toEqual(verdicts.toReversed());
});

it.each([
  [{ done: 50, "": 50 }, { done: 50, "": 50 }, "field:outcome=done"],
  [{ done: 60, "": 40 }, { done: 65, late: 25, "": 10 }, "filled:outcome"],
])("leads to the chart of what moved most", (now, before, chart) => {
  const finding: Finding = {
    ...FINDING,
    metric: "field:outcome",
    window: { ...SIDE, shares: now },
    baseline: { ...SIDE, shares: before },
  };
  expect(chartOf(finding)).toBe(chart);
});

const COMPARISON: VersionComparison = {
  agent_id: "a",
  agent_name: "Driver check-in",
  version: 3,
  baseline_version: 2,
  verdict: "drift",
  calls: 120,
  baseline_calls: 300,
  next_look_at: 200,
  looked_at: "2026-11-21T08:00:00Z",
  ended_because: null,
  other_traffic: [],
  items: [FINDING],
};

it("says how a version compares, on how many calls, and what else may be why", () => {
  expect(tellComparison(COMPARISON)).toEqual({
    tone: "attention",
    verdict: "Differs from version 2",
    sentences: ["120 calls, against 300 of version 2.", "It is looked at again after 200 calls."],
  });
  const { sentences } = tellComparison({ ...COMPARISON, other_traffic: ["number", "hours"] });
  expect(sentences[1]).toBe(
    "Its calls were on other numbers of yours and were at other times of day, which may be why.",
  );
  const same = tellComparison({ ...COMPARISON, verdict: "no_drift", items: [] });
  expect(same.verdict).toBe("No difference from version 2");
});

it("says why nothing can be said of a version", () => {
  const few: VersionComparison = { ...COMPARISON, verdict: "too_few", calls: 38, items: [] };
  expect(tellComparison(few).sentences).toEqual([
    "It has had 38 of the 50 calls that it takes to say anything.",
  ]);
  expect(tellComparison({ ...few, baseline_version: null }).sentences[0]).toContain("30 calls");
  const superseded = {
    ...few,
    calls: 300,
    baseline_version: null,
    ended_because: "superseded",
  } as const;
  expect(tellComparison(superseded).sentences[0]).toContain("30 calls");
  expect(tellComparison({ ...few, ended_because: "superseded" }).sentences[1]).toContain(
    "the next version is live",
  );
});
