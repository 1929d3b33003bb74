import { screen, waitFor } from "@testing-library/react";
import { expect, it, vi } from "vitest";
import type { Calibration } from "@/api/calibrations";
import type { PolicyConfig } from "@/api/policies";
import { show } from "@/testing/render";
import { service } from "@/testing/service";
import { RateCall } from "./RateCall";

const calibration = { id: "c1", calls: [], raters: [] } as unknown as Calibration;
const policy = {
  criteria: [
    { key: "greeting", name: "Greets", question: "Greeted?", scale: "yes_no", rule: null },
    { key: "tone", name: "Tone", question: "Friendly?", scale: "points", rule: null },
    { key: "silence", name: "Silence", question: "", scale: "yes_no", rule: { kind: "silence" } },
  ],
} as unknown as PolicyConfig;

const asked = service({
  "PUT /api/v1/calibrations/c1/ratings/k1": () => calibration,
});

it("takes a rating once every criterion that a judge answers has its verdict", async () => {
  const onRated = vi.fn();
  const { person } = await show(
    <RateCall calibration={calibration} policy={policy} callId="k1" onRated={onRated} />,
  );
  const save = screen.getByRole("button", { name: "Save rating" });
  expect(screen.queryByText("Silence")).toBeNull();
  expect(save).toHaveProperty("disabled", true);

  await person.click(screen.getByRole("radio", { name: "No" }));
  await person.click(screen.getByRole("radio", { name: "4" }));
  await person.click(save);

  await waitFor(() => expect(onRated).toHaveBeenCalled());
  expect(asked.find(({ method }) => method === "PUT")?.body).toEqual({
    results: { greeting: { verdict: "no" }, tone: { verdict: 4 } },
  });
});
