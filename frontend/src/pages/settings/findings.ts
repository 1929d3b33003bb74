import type { WebhookHealth } from "@/api/webhooks";
import { humanise } from "@/parts/words";

export interface Finding {
  tone: "red" | "orange" | "signal";
  title: string;
  advice: string;
}

const SIGNATURES: Record<string, string> = {
  missing_header:
    "They came without a signature: somebody else sends them, or a proxy drops the header X-Retell-Signature.",
  malformed_header: "A proxy may rewrite headers: pass X-Retell-Signature through as it is.",
  no_key_configured:
    "Ringback has no key to check them with: enter Retell’s webhook key under Organization.",
  body_not_utf8: "Somebody else sends them: Retell's are UTF-8.",
  wrong_key:
    "Retell signs with another key, or a proxy rewrites the body. Under Organization, enter the key that has the webhook badge in Retell’s dashboard.",
  stale_timestamp: "The clocks differ by more than five minutes: set this machine's clock.",
  future_timestamp: "The clocks differ by more than five minutes: set this machine's clock.",
  too_large: "They were larger than 16 MiB.",
  too_much_at_once:
    "More was being sent than fits into memory (INBOX_READING_BYTES): somebody else sends it, or a burst of large calls.",
};

/** What the figures of the last 24 hours say, worst first, and what to do about it. */
export function findings(health: WebhookHealth): Finding[] {
  const found: Finding[] = [];
  if (health.comparison_failing_since !== null)
    found.push({
      tone: "red",
      title: "What webhooks missed is not known",
      advice: `Retell's list of calls cannot be asked for. ${health.comparison_failure ?? ""} Test the connection above: it says what is asked.`,
    });
  if (health.silence_is_suspicious)
    found.push({
      tone: "red",
      title: "Webhooks do not arrive",
      advice:
        "Retell is handling calls, but no webhooks are arriving. Check the webhook address, the proxy and the firewall. Calls are still updated, with a delay.",
    });
  for (const [reason, count] of Object.entries(health.rejected))
    if (count > 0)
      found.push({
        tone: health.received === 0 ? "red" : "orange",
        title: `${count} refused: ${humanise(reason).toLowerCase()}`,
        advice: SIGNATURES[reason] ?? "The signature did not hold.",
      });
  if (health.failed > 0)
    found.push({
      tone: "orange",
      title: `${health.failed} could not be applied`,
      advice: "The inbox says why. They are kept, and can be replayed.",
    });
  if (health.seconds_since_worker === null || health.seconds_since_worker > 60)
    found.push({
      tone: "red",
      title: "No worker runs",
      advice:
        "Nothing is dialed, applied or extracted: start `ringback worker`, or look into its log.",
    });
  else if ((health.oldest_waiting_seconds ?? 0) > 60)
    found.push({
      tone: "orange",
      title: "Webhooks wait for a worker",
      advice: "There are too few: start another `ringback worker`.",
    });
  if (found.length === 0 && health.received > 0)
    found.push({
      tone: "signal",
      title: "Webhooks arrive, and their signatures hold",
      advice: "Nothing to do.",
    });
  return found;
}

const PRIVATE =
  /^(localhost|127\.|10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|\[?::1|\[?f[cd])|\.(lan|local|internal)$/;

/** Why Retell may not reach an address, as far as the address itself tells; null: it may well. */
export function doubtAbout(url: string, openedAt: string): string | null {
  const { hostname, origin, protocol } = new URL(url);
  if (PRIVATE.test(hostname))
    return "It is a private address: Retell’s servers cannot reach it from the internet.";
  if (protocol === "http:") return "It is not encrypted. Use an https address.";
  if (origin !== openedAt)
    return `You opened this page at ${openedAt}. Both should be this server.`;
  return null;
}
