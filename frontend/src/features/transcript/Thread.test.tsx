import { screen, waitFor, within } from "@testing-library/react";
import { expect, it } from "vitest";
import { show } from "@/testing/render";
import { service } from "@/testing/service";
import { Thread } from "./Thread";

const said = {
  id: "c1",
  text: "Too fast.",
  by: "somebody",
  by_name: "Kim",
  created_at: "2026-11-28",
};
const asked = service({
  "GET /api/v1/calls/k1/comments": () => ({
    items: [
      { ...said, turn: 2 },
      { ...said, id: "c2", turn: null, text: "A good call." },
    ],
    next_cursor: null,
  }),
  "POST /api/v1/calls/k1/comments": () => said,
  "DELETE /api/v1/calls/k1/comments/c1": () => new Response(null, { status: 204 }),
});

const thread = <Thread callId="k1" turn={2} label="Comment at 0:09" />;

it("shows what is said of its own turn, and takes what one has to add", async () => {
  const { person } = await show(thread);
  const list = within(await screen.findByRole("list"));
  expect(list.getAllByRole("listitem")).toHaveLength(1);
  expect(list.getByText("Too fast.")).toBeTruthy();

  await person.click(screen.getByRole("button", { name: "Comment at 0:09" }));
  await person.type(screen.getByRole("textbox", { name: "Comment at 0:09" }), " I agree. ");
  await person.click(screen.getByRole("button", { name: "Comment" }));

  await waitFor(() => expect(screen.queryByRole("textbox")).toBeNull());
  expect(asked.find(({ method }) => method === "POST")?.body).toEqual({
    text: "I agree.",
    turn: 2,
  });
});

it("lets nobody but administrators and who wrote it delete it", async () => {
  const { person, unmount } = await show(thread, { role: "admin" });
  await person.click(await screen.findByRole("button", { name: "Delete the comment by Kim" }));
  await waitFor(() => expect(asked.some(({ method }) => method === "DELETE")).toBe(true));
  unmount();

  await show(thread);
  expect(await screen.findByText("Too fast.")).toBeTruthy();
  expect(screen.queryByRole("button", { name: "Delete the comment by Kim" })).toBeNull();
});
