import { useInfiniteQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { screen, waitFor } from "@testing-library/react";
import { beforeEach, expect, it } from "vitest";
import { show } from "@/testing/render";
import { service } from "@/testing/service";
import { ReviewQueue } from "./ReviewQueue";

let waiting: string[];
beforeEach(() => {
  waiting = ["a", "b"];
});

service({
  "GET /api/v1/calls/a": () => ({ id: "a" }),
  "GET /api/v1/calls/b": () => ({ id: "b" }),
  "GET /api/v1/calls/new": () => ({ id: "new" }),
});

function Page() {
  const { call } = useSearch({ strict: false });
  const found = useInfiniteQuery({
    queryKey: ["queue"],
    queryFn: () => ({ items: waiting.map((call_id) => ({ id: call_id, call_id })) }),
    initialPageParam: undefined,
    getNextPageParam: () => undefined,
  });
  return (
    <ReviewQueue
      name="Waiting"
      found={found}
      wanted={call}
      onShowAll={null}
      noMatch="None matches"
      whenEmpty="They appear here."
      item={({ call_id }) => call_id}
    >
      {({ id }, onJudged) => <button onClick={onJudged}>{`Judge ${id}`}</button>}
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
