import { screen } from "@testing-library/react";
import { expect, it } from "vitest";
import type { Passage } from "@/api/search";
import { show } from "@/testing/render";
import { service } from "@/testing/service";
import { FoundPassage } from "./FoundPassage";

service({ "GET /api/v1/agents": () => ({ items: [], next_cursor: null }) });

const PASSAGE: Passage = {
  call_id: "c",
  turns: [2, 3],
  start_ms: 12_000,
  text: "Why?\nA tire went flat.",
  lines: [
    { role: "agent", pieces: [{ text: "Why?", is_hit: false }] },
    {
      role: "user",
      pieces: [
        { text: "A ", is_hit: false },
        { text: "tire", is_hit: true },
        { text: " went flat.", is_hit: false },
      ],
    },
  ],
  score: 9,
  call: {
    agent_id: "a",
    source: "outbound",
    to_number: "+14155550100",
    from_number: null,
    variables: {},
    created_at: "2026-11-21T08:00:00Z",
    duration_ms: 61_000,
    has_sound: true,
  },
};

it("lights what was looked for, and leads to its turns and to their sound", async () => {
  await show(<FoundPassage passage={PASSAGE} hasMore />);

  expect(document.querySelector("mark")?.textContent).toBe("tire");
  expect(screen.getByText("Caller").parentElement?.textContent).toBe("CallerA tire went flat.");
  const opening = screen.getByRole("link", { name: "+1 415 555 0100" });
  expect(opening.getAttribute("href")).toContain(encodeURIComponent("[2,3]"));
  const playing = screen.getByRole("link", { name: /^Play from 0:12/ });
  expect(playing.getAttribute("href")).toContain("play=true");
  const more = screen.getByRole("link", { name: /^More like this/ });
  expect(more.getAttribute("href")).toContain("like=c&turn=2");
});

it("offers no sound where there is none", async () => {
  await show(
    <FoundPassage
      passage={{ ...PASSAGE, call: { ...PASSAGE.call, has_sound: false } }}
      hasMore={false}
    />,
  );

  expect(screen.queryByRole("link", { name: /^Play/ })).toBeNull();
  expect(screen.queryByRole("link", { name: /^More like this/ })).toBeNull();
});
