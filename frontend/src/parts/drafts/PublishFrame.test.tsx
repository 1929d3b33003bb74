import { screen } from "@testing-library/react";
import { expect, it } from "vitest";
import { ApiProblem } from "@/api/problem";
import { show } from "@/testing/render";
import { PublishFrame } from "./PublishFrame";

const DRAFT = { id: "a", name: "Deliveries", draft_revision: 7, published_version: 2 };

function frame(publish: (id: string, note: string, revision: number) => Promise<typeof DRAFT>) {
  return (
    <PublishFrame
      draft={DRAFT}
      first="It takes calls from then on."
      further={(live) => `Compared with version ${live}.`}
      changes={() => null}
      publish={publish}
      opened
      onClose={() => undefined}
      onPublished={() => undefined}
    />
  );
}

it("publishes what was looked at, and nothing that somebody changed since", async () => {
  const published: unknown[] = [];
  const { person } = await show(
    frame((...asked) => {
      published.push(asked);
      return Promise.resolve(DRAFT);
    }),
  );
  await person.type(await screen.findByLabelText(/What changed/), " Friendlier ");
  await person.click(screen.getByRole("button", { name: "Publish" }));
  expect(published).toEqual([["a", "Friendlier", 7]]);
});

it("says why it was refused, and leads an administrator to where that is mended", async () => {
  const refusal = new ApiProblem(
    409,
    "retell-account-blocked",
    "Retell refuses the account",
    "The key is not taken.",
    [],
  );
  const { person } = await show(
    frame(() => Promise.reject(refusal)),
    { role: "admin" },
  );
  await person.click(await screen.findByRole("button", { name: "Publish" }));
  const alert = await screen.findByRole("alert");
  expect(alert.textContent).toContain("The key is not taken.");
  expect(screen.getByRole("link", { name: "Set Retell’s key" })).toBeTruthy();
});
