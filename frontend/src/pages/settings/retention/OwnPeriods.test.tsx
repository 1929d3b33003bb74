import { screen, waitFor, within } from "@testing-library/react";
import { beforeEach, expect, it } from "vitest";
import { show } from "@/testing/render";
import { service } from "@/testing/service";
import { Periods } from "./Periods";

const ANA = "01990000-0000-7000-8000-0000000000a1";
const BO = "01990000-0000-7000-8000-0000000000b0";
let stored: object;
const asked = service({
  "GET /api/v1/retention": () => stored,
  "PUT /api/v1/retention": ({ body }) => ({ ...stored, ...(body as object) }),
  "GET /api/v1/agents": () => ({
    items: [
      { id: ANA, name: "Check-in" },
      { id: BO, name: "Sales" },
    ],
    next_cursor: null,
  }),
});
const sent = () => asked.findLast(({ method }) => method === "PUT")?.body;

beforeEach(() => {
  stored = {
    calls: 365,
    agents: [{ agent_id: ANA, recordings: null, calls: 7 }],
    longest: { webhooks: 30, events: 90 },
    last_cleanup: null,
  };
});

it("says for how long an agent's calls are kept otherwise", async () => {
  await show(<Periods />, { role: "admin" });

  expect(await screen.findByText("Check-in")).toBeTruthy();
  expect(
    screen.getByText("Recordings: as long as the call · Calls, with all of that: 7 days"),
  ).toBeTruthy();
});

it("saves what an agent has of its own, and leaves out what it has not", async () => {
  const { person } = await show(<Periods />, { role: "admin" });
  await person.click(await screen.findByRole("button", { name: "Add an agent" }));
  const dialog = within(await screen.findByRole("dialog"));

  await person.click(dialog.getByRole("button", { name: "Save" }));
  expect(dialog.getByText("Choose an agent.")).toBeTruthy();
  expect(dialog.getByRole("alert").textContent).toMatch(/kept otherwise/);

  await person.click(dialog.getByRole("combobox", { name: "Agent" }));
  await person.click(await screen.findByRole("option", { name: "Sales" }));
  await person.click(dialog.getByRole("combobox", { name: "Transcripts" }));
  await person.click(await screen.findByRole("option", { name: "For some days" }));
  await person.type(dialog.getByRole("textbox", { name: "Transcripts: days" }), "30");
  await person.click(dialog.getByRole("button", { name: "Save" }));

  await waitFor(() =>
    expect(sent()).toMatchObject({
      calls: 365,
      agents: [
        { agent_id: ANA, recordings: null, calls: 7 },
        { agent_id: BO, transcripts: 30 },
      ],
    }),
  );
  expect((sent() as { agents: object[] }).agents[1]).toEqual({ agent_id: BO, transcripts: 30 });
});

it("has nothing left to save once it is saved", async () => {
  const { person } = await show(<Periods />, { role: "admin" });
  await person.type(await screen.findByRole("textbox", { name: "Transcripts" }), "30");
  const save = screen.getByRole("button", { name: "Save" });

  await person.click(save);

  await waitFor(() => expect(sent()).toMatchObject({ transcripts: 30 }));
  await waitFor(() => expect(save.hasAttribute("disabled")).toBe(true));
});

it("leaves what somebody else has changed meanwhile as they have it", async () => {
  const { person } = await show(<Periods />, { role: "admin" });
  const calls = await screen.findByRole("textbox", { name: /^Calls/ });
  stored = { ...stored, recordings: 30, agents: [] };

  await person.clear(calls);
  await person.type(calls, "400");
  await person.click(screen.getByRole("button", { name: "Save" }));

  await waitFor(() => expect(sent()).toMatchObject({ calls: 400, recordings: 30, agents: [] }));
});
