import type { Destination } from "@/api/destinations";
import type { Tone } from "@/parts/statuses";

/** How a destination fares, in a word. */
export function healthOf(destination: Destination): { label: string; tone: Tone } {
  const { enabled, disabled_reason: reason, health } = destination;
  if (!enabled)
    return reason === "person"
      ? { label: "Switched off", tone: "quiet" }
      : { label: reason === "gone" ? "Off: it is gone" : "Off: failed for 5 days", tone: "bad" };
  if (health.failing_since) return { label: "Failing", tone: "bad" };
  if (health.dead > 0) return { label: "Some given up", tone: "attention" };
  if (health.last_success_at === null) return { label: "Nothing sent yet", tone: "quiet" };
  return { label: "Well", tone: "good" };
}

/** Where it leads, as far as the viewer may see it. */
export function addressOf({ kind, config }: Destination): string {
  const known = config as { url?: string; dag_id?: string; to?: string[]; format?: string };
  switch (kind) {
    case "email":
      return (known.to ?? []).join(", ");
    case "airflow":
      return `${known.dag_id ?? ""} at ${known.url ?? ""}`;
    case "object_store":
      return `Files by day, ${known.format === "parquet" ? "Parquet" : "NDJSON"}`;
    default:
      return known.url ?? "";
  }
}

/** How long all but the slowest twentieth of the attempts took. */
export function tookAtMost({ health }: Destination): string {
  return health.p95_ms === null ? "–" : `${Math.round(health.p95_ms).toLocaleString("en-US")} ms`;
}

/** A count that ends at 10,000. */
export function counted(count: number): string {
  return count >= 10_000 ? "10,000 or more" : count.toLocaleString("en-US");
}
