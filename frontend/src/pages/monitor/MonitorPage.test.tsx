import { screen } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { refused, service } from "@/testing/service";
import { show } from "@/testing/render";
import { State } from "./MonitorPage";

const HEALTH = {
  rejected: {},
  received: 3,
  failed: 0,
  seconds_since_worker: 2,
  silence_is_suspicious: false,
  comparison_failing_since: null,
};
const WELL = {
  "GET /api/v1/dialling": () => ({ queued: 0, running: 0, stopped_reason: null }),
  "GET /api/v1/webhooks/health": () => HEALTH,
  "GET /api/v1/alerts": () => ({ items: [], next_cursor: null }),
  "GET /api/v1/destinations": () => ({ items: [] }),
};

describe("while everything answers", () => {
  service(WELL);
  it("says that all is well", async () => {
    await show(<State />);
    expect(await screen.findByText("All is well")).toBeTruthy();
  });
});

describe.each(Object.keys(WELL))("while %s is refused", (path) => {
  service({ ...WELL, [path]: () => refused(500, "internal-error") });
  it("says that it does not know, and nothing of all being well", async () => {
    await show(<State />);
    expect(await screen.findByText("The state is not known")).toBeTruthy();
    expect(screen.queryByText("All is well")).toBeNull();
  });
});
