import { describe, expect, it } from "vitest";
import type { CallSummary } from "@/api/calls";
import { affected, doWithEach, outcome } from "./actions";

const call = (id: string, parts: Partial<CallSummary>) =>
  ({
    id,
    source: "outbound",
    to_number: "+14155550110",
    record_status: null,
    ...parts,
  }) as CallSummary;

const CALLS = [
  call("waiting", { status: "queued" }),
  call("running", { status: "in_progress" }),
  call("over", { status: "ended", record_status: "valid" }),
  call("came in", { status: "ended", source: "inbound", record_status: "pending" }),
];

describe("what can be done with several calls", () => {
  it.each([
    ["cancel", ["waiting"]],
    ["stop", ["running"]],
    ["again", ["over"]],
    ["extract", ["over"]],
  ] as const)("is to %s those it makes sense for", (action, ids) => {
    expect(affected(action, CALLS).map(({ id }) => id)).toEqual(ids);
  });

  it("goes on past one that is refused, and tells of it", async () => {
    const done: number[] = [];

    const failures = await doWithEach([1, 2, 3], (one) => {
      if (one === 2) return Promise.reject(new Error("too late"));
      done.push(one);
      return Promise.resolve();
    });

    expect(done).toEqual([1, 3]);
    expect(failures).toHaveLength(1);
    expect(outcome("cancel", 2, 3)).toBe("2 calls canceled, 1 refused");
    expect(outcome("stop", 1, 1)).toBe("1 call ended");
  });
});
