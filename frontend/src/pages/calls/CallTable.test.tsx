import { screen } from "@testing-library/react";
import { expect, it, vi } from "vitest";
import type { CallOrder } from "@/api/callFilters";
import type { CallSummary } from "@/api/calls";
import { show } from "@/testing/render";
import { service } from "@/testing/service";
import { CallTable } from "./CallTable";

service({
  "GET /api/v1/agents": () => ({ items: [], next_cursor: null }),
  "GET /api/v1/organisation/colleagues": () => [],
});

const CALL = {
  id: "c",
  agent_id: "a",
  source: "upload",
  status: "ended",
  variables: {},
  to_number: null,
  from_number: null,
  created_at: "2026-11-21T08:00:00Z",
  duration_ms: 61_000,
} as unknown as CallSummary;

async function table(order: CallOrder) {
  const onOrder = vi.fn();
  const shown = await show(
    <CallTable
      calls={[CALL]}
      columns={[]}
      chosen={null}
      onChoose={() => undefined}
      order={order}
      onOrder={onOrder}
    />,
  );
  return { ...shown, onOrder };
}

it("sorts by length from its heading, and the other way round when it is", async () => {
  const { person, onOrder } = await table("newest");
  const length = screen.getByRole("columnheader", { name: "Length" });
  expect(length.getAttribute("aria-sort")).toBe("none");
  await person.click(screen.getByRole("button", { name: "Length" }));
  expect(onOrder).toHaveBeenCalledWith("longest");
});

it("turns the order round from a heading it is sorted by", async () => {
  const { person, onOrder } = await table("longest");
  const length = screen.getByRole("columnheader", { name: "Length" });
  expect(length.getAttribute("aria-sort")).toBe("descending");
  await person.click(screen.getByRole("button", { name: "Length" }));
  expect(onOrder).toHaveBeenCalledWith("shortest");
});

it("names a call without a number by how it came about", async () => {
  await table("newest");
  expect(screen.getByRole("link", { name: "Recording" })).toBeTruthy();
});
