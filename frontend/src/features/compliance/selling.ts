/** Words by which a prompt reads as if its agent sells. */
const SELLING =
  /\b(special offer|limited[- ]time offer|discount|promotion(?:al)?|upsell|cross-sell|sell(?:s|ing)? (?:them|you|our|the|a)|sales (?:call|pitch|agent|representative)|free trial|cold call|close the (?:deal|sale)|buy (?:our|now|today)|telemarket\w*|lead qualification|qualify (?:the )?leads?)\b/i;

/** Returns what in a prompt reads like selling; null: nothing does. */
export function sells(prompt: string): string | null {
  return SELLING.exec(prompt)?.[0] ?? null;
}
