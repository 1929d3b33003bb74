import { screen, waitFor } from "@testing-library/react";
import { expect, it } from "vitest";
import { unarchiveAgent } from "@/api/drafts";
import { ArchivedNotice } from "@/parts/drafts/ArchivedNotice";
import { show } from "@/testing/render";
import { service } from "@/testing/service";
import { AgentsPage } from "./AgentsPage";

const AGENT = {
  id: "a",
  name: "Deliveries",
  language: "en-US",
  voice_id: "voice",
  prompt: "Be kind.",
  updated_at: "2026-11-01T08:00:00Z",
  archived_at: null as string | null,
  published_version: 1,
  tags: ["night shift"],
};
const LAST_DAY = "2026-11-02T08:00:00Z";
const ARCHIVED = { ...AGENT, id: "b", name: "Returns", archived_at: LAST_DAY };

const OTHERS = ["Intake", "Reminders", "Surveys"].map((name) => ({
  ...AGENT,
  id: name,
  name,
  tags: [] as string[],
}));
const NUMBERS = {
  agent_id: "a",
  calls: 8,
  dialed: 4,
  answered_by_people: 3,
  records: 3,
  records_good: 3,
  to_review: 0,
  cost_cents: 125,
};

const asked = service({
  "GET /api/v1/calls/numbers/by-agent": () => ({ items: [NUMBERS] }),
  "GET /api/v1/agents": () => ({ items: [AGENT, ARCHIVED, ...OTHERS], next_cursor: null }),
  "POST /api/v1/agents/b/unarchive": () => ({ ...ARCHIVED, archived_at: null }),
});

it("keeps archived agents out of the way, and where they can be found", async () => {
  const { person } = await show(<AgentsPage />);
  await screen.findByRole("link", { name: "Deliveries" });
  expect(screen.queryByRole("link", { name: "Returns" })).toBeNull();

  await person.click(screen.getByRole("button", { name: "1 archived" }));

  expect(await screen.findByRole("link", { name: "Returns" })).toBeTruthy();
});

it("brings one back, and gives it as it is then", async () => {
  const back: (string | null)[] = [];
  const { person } = await show(
    <ArchivedNotice
      archivedAt={LAST_DAY}
      bringBack={() => unarchiveAgent("b")}
      onBack={({ archived_at }) => back.push(archived_at)}
    >
      It takes no calls.
    </ArchivedNotice>,
  );

  await person.click(await screen.findByRole("button", { name: "Bring it back" }));

  await waitFor(() => expect(back).toEqual([null]));
  expect(asked.map(({ method, path }) => `${method} ${path}`)).toEqual([
    "POST /api/v1/agents/b/unarchive",
  ]);
});

it("offers nothing to somebody who may not bring it back", async () => {
  await show(
    <ArchivedNotice archivedAt={LAST_DAY} bringBack={null} onBack={() => undefined}>
      It takes no calls.
    </ArchivedNotice>,
  );
  await screen.findByText(/It takes no calls/);
  expect(screen.queryByRole("button")).toBeNull();
});

it("tells how an agent's calls went lately", async () => {
  await show(<AgentsPage />);
  expect(
    await screen.findByText("8 calls in 7 days · 75% answered · 100% of records passed · $1.25"),
  ).toBeTruthy();
});

it("finds agents by their labels", async () => {
  const { person } = await show(<AgentsPage />);
  await person.type(await screen.findByRole("textbox", { name: "Find agents" }), "night");
  expect(screen.getByRole("link", { name: "Deliveries" })).toBeTruthy();
  expect(screen.queryByRole("link", { name: "Surveys" })).toBeNull();
});
