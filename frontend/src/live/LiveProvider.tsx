import { useQueryClient } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext, useEffect, useState } from "react";
import { applyEvent } from "./apply";
import { type ConnectionState, openFeed } from "./connection";

const Connection = createContext<ConnectionState>("connecting");

/** Keeps what the pages show current by one feed, as long as somebody is logged in. */
export function LiveProvider({ children }: { children: ReactNode }) {
  const client = useQueryClient();
  const [state, setState] = useState<ConnectionState>("connecting");
  useEffect(
    () => openFeed({ onEvent: (event) => applyEvent(client, event), onState: setState }),
    [client],
  );
  return <Connection value={state}>{children}</Connection>;
}

export function useConnection(): ConnectionState {
  return useContext(Connection);
}
