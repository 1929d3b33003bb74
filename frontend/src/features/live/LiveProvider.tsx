import { notifications } from "@mantine/notifications";
import { type Query, type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import {
  createContext,
  type ReactNode,
  useContext,
  useEffect,
  useEffectEvent,
  useState,
} from "react";
import type { FeedEvent } from "@/api/feed/events";
import type { FeedState } from "@/api/feed/feed";
import { openSharedFeed } from "@/api/feed/shared";
import { sessionEnded } from "@/api/session";
import { isStill } from "@/api/user";
import { useUser } from "@/features/session/useUser";
import { needOf, ring, useAlerts } from "./alerts";
import { applyEvent } from "./apply";

const Connection = createContext<FeedState>("connecting");

/** Keeps what the pages show current by one feed, as long as the same person is logged in. */
export function LiveProvider({ children }: { children: ReactNode }) {
  const client = useQueryClient();
  const { id: userId } = useUser();
  const [state, setState] = useState<FeedState>("connecting");
  const [areOn] = useAlerts();
  const navigate = useNavigate();
  const onNeed = useEffectEvent(({ call_id: callId }: FeedEvent, need: string) => {
    if (!areOn) return;
    ring();
    notifications.show({
      color: "orange",
      title: need,
      message: callId ? "Open the call" : "",
      style: { cursor: callId ? "pointer" : undefined },
      onClick: () => {
        if (callId) void navigate({ to: "/calls/$callId", params: { callId } });
      },
    });
  });
  useEffect(() => {
    const feed = openSharedFeed(userId, {
      onEvent: (event) => {
        applyEvent(client, event);
        const need = needOf(event);
        if (need !== null) onNeed(event, need);
      },
      onState: (now) => {
        setState(now);
        if (now === "live") retryFailed(client);
        if (now === "ended") sessionEnded();
      },
      isLoggedIn: () => isStill(userId),
    });
    return feed.close;
  }, [client, userId]);
  return <Connection value={state}>{children}</Connection>;
}

/** What could not be read while there was no connection. */
function retryFailed(client: QueryClient): void {
  const isFailed = (query: Query) => query.state.status === "error";
  void client.refetchQueries({ type: "active", predicate: isFailed });
}

export function useConnection(): FeedState {
  return useContext(Connection);
}
