import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, it } from "vitest";
import { show } from "@/testing/render";
import { service } from "@/testing/service";
import { OptOuts } from "./OptOuts";

let doubted: string[];
let decided: unknown[];
beforeEach(() => {
  doubted = ["Don’t call me before nine."];
  decided = [];
});

service({
  "GET /api/v1/compliance/conduct": () => ({
    items: doubted.map((quote) => ({
      call_id: "c1",
      called_at: "2026-11-02T15:04:05Z",
      lacks: [],
      denial: null,
      opt_out: { turn: 3, quote, status: "needs_review" },
    })),
    next_cursor: null,
  }),
  "POST /api/v1/calls/c1/conduct/opt-out": ({ body }) => {
    decided.push(body);
    doubted = [];
    return {};
  },
});

it("shows the words, takes the decision, and is gone with the last of them", async () => {
  await show(<OptOuts />);
  await screen.findByText("“Don’t call me before nine.”");

  await userEvent.click(screen.getByRole("button", { name: /^No, they did not/ }));

  await waitFor(() => expect(screen.queryByRole("region")).toBeNull());
  expect(decided).toEqual([{ is_opt_out: false }]);
});
