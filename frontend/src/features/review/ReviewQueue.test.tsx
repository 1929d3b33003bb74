import { useInfiniteQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { screen, waitFor } from "@testing-library/react";
import { beforeEach, expect, it } from "vitest";
import { show } from "@/testing/render";
import { service } from "@/testing/service";
import { ReviewQueue } from "./ReviewQueue";

let waiting: string[];
let policies: string[] | null = null;
beforeEach(() => {
  waiting = ["a", "b"];
  policies = null;
});

service({
  "GET /api/v1/calls/a": () => ({ id: "a" }),
  "GET /api/v1/calls/b": () => ({ id: "b" }),
  "GET /api/v1/calls/new": () => ({ id: "new" }),
});

/** By its call, and by its policy where calls wait for several. */
function item(call_id: string, place: number) {
  const policy = policies?.[place];
  return { id: `${place}`, call_id, ...(policy !== undefined && { policy_id: policy }) };
}

function Page() {
  const wanted = useSearch({ strict: false });
  const found = useInfiniteQuery({
    queryKey: ["queue"],
    queryFn: () => ({ items: waiting.map(item) }),
    initialPageParam: undefined,
    getNextPageParam: () => undefined,
  });
  return (
    <ReviewQueue
      name="Waiting"
      found={found}
      wanted={wanted}
      onShowAll={null}
      noMatch="None matches"
      whenEmpty="They appear here."
      item={({ call_id }) => call_id}
    >
      {({ id }, onJudged, { policy_id }) => (
        <button onClick={onJudged}>{["Judge", id, policy_id].filter(Boolean).join(" ")}</button>
      )}
    </ReviewQueue>
  );
}

it("stays with the one somebody works on when another arrives before it", async () => {
  const { client } = await show(<Page />);
  await screen.findByRole("button", { name: "Judge a" });

  waiting = ["new", "a", "b"];
  await client.invalidateQueries({ queryKey: ["queue"] });

  await screen.findByRole("button", { name: "new" });
  expect(screen.getByRole("button", { name: "Judge a" })).toBeTruthy();
});

it("stays with the first as well when the one that was wanted has gone", async () => {
  const { client, router, person } = await show(<Page />);
  await person.click(await screen.findByRole("button", { name: "b" }));
  await screen.findByRole("button", { name: "Judge b" });

  waiting = ["a"];
  await client.invalidateQueries({ queryKey: ["queue"] });
  await screen.findByRole("button", { name: "Judge a" });
  await waitFor(() => expect(router.state.location.search).toEqual({ call: "a" }));

  waiting = ["new", "a"];
  await client.invalidateQueries({ queryKey: ["queue"] });
  await screen.findByRole("button", { name: "new" });
  expect(screen.getByRole("button", { name: "Judge a" })).toBeTruthy();
});

it("goes on with the keys, and to the next by a verdict", async () => {
  const { person } = await show(<Page />);
  await screen.findByRole("button", { name: "Judge a" });

  await person.keyboard("j");
  await screen.findByRole("button", { name: "Judge b" });
  await person.keyboard("k");
  await person.click(await screen.findByRole("button", { name: "Judge a" }));

  await screen.findByRole("button", { name: "Judge b" });
});

it("says when nothing waits", async () => {
  waiting = [];
  await show(<Page />);

  expect(await screen.findByText("They appear here.")).toBeTruthy();
});

it("goes through one call's evaluations by several policies", async () => {
  waiting = ["a", "a", "b"];
  policies = ["p", "q", "p"];
  const { person } = await show(<Page />);
  await screen.findByRole("button", { name: "Judge a p" });

  await person.keyboard("j");
  await person.click(await screen.findByRole("button", { name: "Judge a q" }));

  await screen.findByRole("button", { name: "Judge b p" });
});
