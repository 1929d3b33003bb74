/** Finding a quote's words in a transcript, however they were punctuated or cut into turns. */
import type { Turn } from "@/api/calls";

/** A stretch of a turn's text, by its characters. */
export interface Stretch {
  start: number;
  end: number;
}

/** Which stretches of which turns to light for a quote; the whole turn where the words differ. */
export function lightQuote(
  transcript: Turn[],
  quote: string | null,
  turns: number[],
): Map<number, Stretch[]> {
  const lit = new Map<number, Stretch[]>();
  const quoted = wordsOf(quote ?? "");
  for (const turn of transcript.filter((each) => turns.includes(each.turn))) {
    const stretch = longestCommon(wordsOf(turn.text), quoted);
    const isEnough = stretch && (stretch.count >= 2 || quoted.length === stretch.count);
    const whole = { start: 0, end: turn.text.length };
    lit.set(turn.turn, [isEnough ? { start: stretch.start, end: stretch.end } : whole]);
  }
  return lit;
}

/** Every place where the searched words stand, letter case aside. */
export function findText(text: string, searched: string): Stretch[] {
  const needle = searched.trim().toLowerCase();
  if (!needle) return [];
  const found: Stretch[] = [];
  const haystack = text.toLowerCase();
  // Lower-casing a few letters changes their number; then places cannot be told.
  if (haystack.length !== text.length) return [];
  for (let at = haystack.indexOf(needle); at >= 0; at = haystack.indexOf(needle, at + 1))
    if (at >= (found.at(-1)?.end ?? 0)) found.push({ start: at, end: at + needle.length });
  return found;
}

/** A piece of a text. `found` counts the matches of a search; null outside them. */
export interface Piece {
  text: string;
  isLit: boolean;
  found: number | null;
}

/** Cuts a text where something lit or found begins or ends; the two may overlap. */
export function cut(text: string, lit: Stretch[], found: Stretch[] = []): Piece[] {
  const ends = [...lit, ...found].flatMap(({ start, end }) => [start, end]);
  const edges = [...new Set([0, ...ends, text.length])].sort((one, other) => one - other);
  return edges.slice(1).map((end, index) => {
    const start = edges[index] ?? 0;
    const isWithin = (each: Stretch) => each.start <= start && end <= each.end;
    const match = found.findIndex(isWithin);
    return {
      text: text.slice(start, end),
      isLit: lit.some(isWithin),
      found: match === -1 ? null : match,
    };
  });
}

interface Word extends Stretch {
  word: string;
}

function wordsOf(text: string): Word[] {
  return [...text.matchAll(/[\p{L}\p{N}]+/gu)].map((match) => ({
    word: match[0].toLowerCase(),
    start: match.index,
    end: match.index + match[0].length,
  }));
}

/** The longest run of words that a turn has in common with the quote. */
function longestCommon(said: Word[], quoted: Word[]): (Stretch & { count: number }) | null {
  let best: { from: number; count: number } = { from: 0, count: 0 };
  let above: number[] = [];
  said.forEach((each, row) => {
    const lengths = quoted.map(({ word }, column) =>
      word === each.word ? (above[column - 1] ?? 0) + 1 : 0,
    );
    const count = Math.max(0, ...lengths);
    if (count > best.count) best = { from: row - count + 1, count };
    above = lengths;
  });
  const first = said[best.from];
  const last = said[best.from + best.count - 1];
  return best.count && first && last
    ? { start: first.start, end: last.end, count: best.count }
    : null;
}
