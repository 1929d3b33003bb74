import { useQueryClient } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext, useEffect, useState } from "react";
import { type FeedState, openFeed } from "@/feed/feed";
import { findUser, sessionEnded } from "@/session/session";
import { applyEvent } from "./apply";

const Connection = createContext<FeedState>("connecting");

/** Keeps what the pages show current by one feed, as long as somebody is logged in. */
export function LiveProvider({ children }: { children: ReactNode }) {
  const client = useQueryClient();
  const [state, setState] = useState<FeedState>("connecting");
  useEffect(() => {
    const feed = openFeed({
      onEvent: (event) => applyEvent(client, event),
      onState: (now) => {
        setState(now);
        if (now === "ended") sessionEnded();
      },
      isLoggedIn: async () => (await findUser()) !== null,
    });
    return feed.close;
  }, [client]);
  return <Connection value={state}>{children}</Connection>;
}

export function useConnection(): FeedState {
  return useContext(Connection);
}
