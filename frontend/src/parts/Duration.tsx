import { Absent } from "./Instant";
import { asClock } from "./time";
import { useNow } from "./useNow";

/** A call's length: fixed once it is known, ticking while it goes on. */
export function Duration({ ms, since }: { ms: number | null; since?: string | null }) {
  if (ms !== null) return <span className="figures">{asClock(ms)}</span>;
  return since ? <Ticking since={since} /> : <Absent label="no duration" />;
}

function Ticking({ since }: { since: string }) {
  return <span className="figures">{asClock(useNow() - new Date(since).getTime())}</span>;
}
