import type { Icon } from "@tabler/icons-react";
import type { Passage } from "@/api/search";

export interface Command {
  label: string;
  icon: Icon;
  act: () => void;
}

/** Those whose name has every word of what was typed, or its beginning. */
export function matching<T>(query: string, all: readonly T[], nameOf: (each: T) => string): T[] {
  const wanted = query.toLowerCase().split(/\s+/).filter(Boolean);
  return all.filter((each) => {
    const words = nameOf(each)
      .toLowerCase()
      .split(/[\s/-]+/);
    return wanted.every((part) => words.some((word) => word.startsWith(part)));
  });
}

const BEFORE = 40;
const LENGTH = 120;

/** One line of what was said: the one with the first hit, from a little before it. */
export function shortened({ lines }: Pick<Passage, "lines">): string {
  const line = lines.find(({ pieces }) => pieces.some((each) => each.is_hit)) ?? lines[0];
  if (!line) return "";
  const text = line.pieces.map((each) => each.text).join("");
  const first = line.pieces.findIndex((each) => each.is_hit);
  const hit = line.pieces
    .slice(0, Math.max(first, 0))
    .map((each) => each.text)
    .join("").length;
  // At the beginning of a word.
  const from = hit > BEFORE ? text.indexOf(" ", hit - BEFORE) + 1 : 0;
  const till = from + LENGTH < text.length ? text.lastIndexOf(" ", from + LENGTH) : text.length;
  return `${from > 0 ? "… " : ""}${text.slice(from, till > from ? till : from + LENGTH)}${till < text.length ? " …" : ""}`;
}
