import { screen, waitFor } from "@testing-library/react";
import { expect, it } from "vitest";
import { show } from "@/testing/render";
import { service } from "@/testing/service";
import { AssigneePicker } from "./AssigneePicker";

const OWN = "00000000-0000-7000-8000-000000000001";

const asked = service({
  "GET /api/v1/organisation/colleagues": () => [
    { id: "ana", name: "Ana", is_active: true },
    { id: OWN, name: "Robin", is_active: true },
  ],
  "PUT /api/v1/calls/c/assignee": ({ body }) => ({ call_id: "c", ...(body as object) }),
});
const assigned = () => asked.filter(({ method }) => method === "PUT").map(({ body }) => body);

it("assigns a call to oneself", async () => {
  const { person } = await show(<AssigneePicker call={{ id: "c", assigned_to: null }} />);
  await person.click(await screen.findByRole("combobox", { name: "Assigned to" }));
  await person.click(await screen.findByRole("option", { name: "Robin (you)" }));
  await waitFor(() => expect(assigned()).toEqual([{ user_id: OWN }]));
});

it("shows whose it is", async () => {
  await show(<AssigneePicker call={{ id: "c", assigned_to: "ana" }} />);
  const picker = await screen.findByRole<HTMLInputElement>("combobox", { name: "Assigned to" });
  await waitFor(() => expect(picker.value).toBe("Ana"));
});
