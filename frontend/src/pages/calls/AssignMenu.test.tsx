import { screen, waitFor } from "@testing-library/react";
import { expect, it, vi } from "vitest";
import type { CallSummary } from "@/api/calls";
import { show } from "@/testing/render";
import { service } from "@/testing/service";
import { AssignMenu } from "./AssignMenu";

const asked = service({
  "GET /api/v1/organisation/colleagues": () => [{ id: "ana", name: "Ana", is_active: true }],
  "PUT /api/v1/calls/one/assignee": ({ body }) => ({ call_id: "one", ...(body as object) }),
  "PUT /api/v1/calls/two/assignee": ({ body }) => ({ call_id: "two", ...(body as object) }),
});
const CALLS = ["one", "two"].map((id) => ({ id }) as CallSummary);
const assigned = () =>
  asked.filter(({ method }) => method === "PUT").map(({ path, body }) => [path, body]);

it("assigns all chosen calls to a colleague, and says so", async () => {
  const done = vi.fn();
  const { person } = await show(<AssignMenu calls={CALLS} onDone={done} />);
  await person.click(screen.getByRole("button", { name: "Assign" }));
  await person.click(await screen.findByRole("menuitem", { name: "Ana" }));

  expect(await screen.findByText("2 calls assigned to Ana")).toBeTruthy();
  await waitFor(() => expect(done).toHaveBeenCalledOnce());
  expect(assigned()).toEqual([
    ["/api/v1/calls/one/assignee", { user_id: "ana" }],
    ["/api/v1/calls/two/assignee", { user_id: "ana" }],
  ]);
});
