import { screen, waitFor } from "@testing-library/react";
import { expect, it } from "vitest";
import { show } from "@/testing/render";
import { service } from "@/testing/service";
import { ImportDialog } from "./ImportDialog";

const READ = { lines: 1, added: 1, already: 0, invalid: 0, errors: [] };
const asked = service({ "POST /api/v1/suppressions/import": () => READ });
// Without a plus, so that the body is JSON, as which it is read here.
const [FIRST, SECOND] = ["14155550100", "14155550101"];
const sent = () => asked.map(({ query, body }) => [query.get("dry_run"), String(body)]);

it("takes the list that was looked at last", async () => {
  const { person } = await show(<ImportDialog opened onClose={() => undefined} />);
  const input = () => document.querySelector<HTMLInputElement>("input[type=file]") as HTMLElement;
  await screen.findByText("CSV file");

  let release: (text: string) => void = () => undefined;
  const slow = new File([""], "first.csv", { type: "text/csv" });
  slow.text = () => new Promise((resolve) => (release = resolve));
  await person.upload(input(), slow);
  await person.upload(input(), new File([SECOND], "second.csv", { type: "text/csv" }));
  await screen.findByRole("button", { name: "Add 1" });
  release(FIRST);
  await waitFor(() => expect(sent()).toContainEqual(["true", FIRST]));
  await person.click(await screen.findByRole("button", { name: "Add 1" }));

  await waitFor(() => expect(sent()).toContainEqual(["false", SECOND]));
});
