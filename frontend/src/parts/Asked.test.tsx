import { useMutation } from "@tanstack/react-query";
import { screen, waitFor, within } from "@testing-library/react";
import { expect, it } from "vitest";
import { ApiProblem } from "@/api/problem";
import { problem } from "@/testing/service";
import { show } from "@/testing/render";
import { Asked } from "./Asked";

let refusals: number;

function Ending() {
  const end = useMutation({
    mutationFn: () =>
      refusals-- > 0
        ? Promise.reject(ApiProblem.read(new Response(null, { status: 409 }), problem(409, "held")))
        : Promise.resolve(null),
  });
  return <Asked question="End it?" effect="It goes." act="End" doing={end} />;
}

const theAnswer = async () =>
  within(await screen.findByRole("dialog")).getByRole("button", { name: "End" });

it("says why it could not be done, and asks on until it is", async () => {
  refusals = 1;
  const { person } = await show(<Ending />);
  await person.click(screen.getByRole("button", { name: "End" }));
  const confirm = async () => person.click(await theAnswer());

  await confirm();
  expect((await screen.findByRole("alert")).textContent).toContain("held");

  await confirm();
  await waitFor(() => expect(screen.queryByText("It goes.")).toBeNull());
});

it("has forgotten the failure when it is asked again", async () => {
  refusals = 1;
  const { person } = await show(<Ending />);
  await person.click(screen.getByRole("button", { name: "End" }));
  await person.click(await theAnswer());
  await screen.findByRole("alert");

  await person.click(screen.getByRole("button", { name: "Back" }));
  await waitFor(() => expect(screen.queryByText("It goes.")).toBeNull());
  await person.click(screen.getByRole("button", { name: "End" }));

  await screen.findByText("It goes.");
  expect(screen.queryByRole("alert")).toBeNull();
});
