import { screen, waitFor } from "@testing-library/react";
import { expect, it } from "vitest";
import { show } from "@/testing/render";
import { service } from "@/testing/service";
import { AuditLog } from "./AuditLog";

const ENTRY = {
  id: "1",
  at: "2026-11-02T08:00:00Z",
  actor_name: "Robin",
  action: "assign_call",
  object_id: "01990000-0000-7000-8000-00000000ca11",
  details: { user_id: "ana" },
  address: null,
};
let entries: object[] = [];
const asked = service({
  "GET /api/v1/audit": () => ({ items: entries, next_cursor: null }),
  "GET /api/v1/organisation/colleagues": () => [{ id: "ana", name: "Ana", is_active: true }],
});
const lastQuery = () => asked.findLast(({ path }) => path === "/api/v1/audit")?.query;

it("finds what was done on the days that are chosen, both of them whole", async () => {
  const { person } = await show(<AuditLog />, { role: "admin" });
  await screen.findByText("No entries");

  await person.click(screen.getByRole("combobox", { name: "Done" }));
  await person.click(await screen.findByRole("option", { name: "Choose days…" }));
  await person.type(await screen.findByLabelText("From day"), "2026-11-02");
  await person.type(screen.getByLabelText("Until day"), "2026-11-03");

  await waitFor(() => {
    expect(lastQuery()?.get("created_after")).toBe(new Date("2026-11-02T00:00").toISOString());
    expect(lastQuery()?.get("created_before")).toBe(new Date("2026-11-04T00:00").toISOString());
  });
  expect(await screen.findByText("No entry matches")).toBeTruthy();
});

it("names the person a call was assigned to", async () => {
  entries = [ENTRY];
  await show(<AuditLog />, { role: "admin" });
  expect(await screen.findByText("To: Ana")).toBeTruthy();
});
