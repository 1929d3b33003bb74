/** `{{variables}}` in prompts: where they are, and which of them nobody has declared. */

/** What Retell fills in by itself. */
const BUILT_IN = new Set([
  "current_time",
  "current_hour",
  "current_calendar",
  "current_agent_state",
  "previous_agent_state",
  "session_type",
  "session_duration",
  "direction",
  "user_number",
  "agent_number",
  "call_id",
  "call_type",
]);

export interface Piece {
  text: string;
  /** The variable's name, where the piece is one. */
  variable?: string;
  isKnown?: boolean;
}

const PLACEHOLDER = /\{\{\s*([^{}\s]+)\s*\}\}/g;

/** A text cut into plain pieces and placeholders; put together they are the text. */
export function piecesOf(text: string, declared: ReadonlySet<string>): Piece[] {
  const pieces: Piece[] = [];
  let end = 0;
  for (const match of text.matchAll(PLACEHOLDER)) {
    if (match.index > end) pieces.push({ text: text.slice(end, match.index) });
    const variable = match[1] ?? "";
    pieces.push({ text: match[0], variable, isKnown: isKnown(variable, declared) });
    end = match.index + match[0].length;
  }
  if (end < text.length) pieces.push({ text: text.slice(end) });
  return pieces;
}

function isKnown(variable: string, declared: ReadonlySet<string>): boolean {
  return declared.has(variable) || BUILT_IN.has(variable) || /^current_\w+_\w+/.test(variable);
}

/** The names that texts use and nobody has declared, each once, in order. */
export function undeclaredIn(texts: string[], declared: ReadonlySet<string>): string[] {
  const used = texts.flatMap((text) => piecesOf(text, declared));
  return [
    ...new Set(used.flatMap(({ variable, isKnown }) => (variable && !isKnown ? [variable] : []))),
  ];
}
