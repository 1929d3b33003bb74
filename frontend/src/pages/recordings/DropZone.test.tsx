import { screen, waitFor } from "@testing-library/react";
import { beforeEach, describe, expect, it } from "vitest";
import { show } from "@/testing/render";
import { refused, service } from "@/testing/service";
import { storage } from "@/testing/storage";
import { DropZone } from "./DropZone";

const store = storage();
let completion: () => unknown = () => ({});
let openings = 0;
const asked = service({
  "POST /api/v1/recordings": () => ({
    id: `r${++openings}`,
    upload: { method: "PUT", url: "https://store/0", headers: {}, expires_at: "" },
  }),
  "POST /api/v1/recordings/r1/complete": () => completion(),
  "POST /api/v1/recordings/r2/complete": () => completion(),
  "POST /api/v1/recordings/r1/cancel": () => ({}),
});
const steps = () => asked.map(({ path }) => path.replace("/api/v1/recordings", ""));

async function choose(...names: string[]) {
  const shown = await show(<DropZone agentId="a1" />);
  const field = shown.container.querySelector<HTMLInputElement>("input[type=file]");
  if (!field) throw new Error("There is nothing to choose files with.");
  const files = names.map((name) => new File(["RIFF"], name, { type: "audio/wav" }));
  await shown.person.upload(field, files);
  return shown;
}

/** Lets the connection come back again and again until so many were given up. */
async function failures(count: number) {
  const look = () => {
    dispatchEvent(new Event("online"));
    const found = screen.getAllByRole("alert").map((each) => each.textContent);
    expect(found).toHaveLength(count);
    return found;
  };
  return waitFor(look, { timeout: 15_000, interval: 10 });
}

describe("files that are dropped", { timeout: 20_000 }, () => {
  beforeEach(() => {
    completion = () => ({});
    openings = 0;
  });

  it("leave the list once they were taken", async () => {
    await choose("call.wav");

    await waitFor(() => expect(steps()).toEqual(["", "/r1/complete"]));
    await waitFor(() => expect(screen.queryByText("call.wav")).toBeNull());
  });

  it("are kept when nobody takes them, and go on with what was sent", async () => {
    completion = () => new Response(null, { status: 503 });
    const { person } = await choose("call.wav");
    expect((await failures(1))[0]).toContain("Nothing is lost");
    expect(steps()).not.toContain("/r1/cancel");

    completion = () => ({});
    await person.click(screen.getByRole("button", { name: "Try call.wav again" }));

    await waitFor(() => expect(screen.queryByText("call.wav")).toBeNull());
    expect(openings).toBe(1);
    expect(steps()).not.toContain("/r1/cancel");
  });

  it("are canceled when they are dismissed after that", async () => {
    store.says = () => "lost";
    const { person } = await choose("call.wav");
    await failures(1);

    await person.click(screen.getByRole("button", { name: "Dismiss call.wav" }));

    await waitFor(() => expect(steps().at(-1)).toBe("/r1/cancel"));
    expect(screen.queryByText("call.wav")).toBeNull();
  });

  it("are canceled when they are refused, and begin anew when tried again", async () => {
    completion = () => refused(409, "recording-duplicate");
    const { person } = await choose("call.wav");
    expect(await failures(1)).toEqual(["recording-duplicate"]);
    expect(steps()).toEqual(["", "/r1/complete", "/r1/cancel"]);

    completion = () => ({});
    await person.click(screen.getByRole("button", { name: "Try call.wav again" }));

    await waitFor(() => expect(steps().slice(3)).toEqual(["", "/r2/complete"]));
  });

  it("let the next ones go on when they fail", async () => {
    store.says = () => "lost";
    await choose("one.wav", "two.wav", "three.wav");

    expect(await failures(3)).toHaveLength(3);
  });
});
