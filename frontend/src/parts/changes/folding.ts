import type { Word } from "./wordDiff";

/** A piece of a text, with how many lines of it need not be read: 0 of what is to be shown. */
export interface Piece extends Word {
  unread: number;
}

/** Lines that stay beside a change, so that one sees where it is. */
const CONTEXT = 2;
/** Fewer are not worth a click. */
const LEAST = 4;

/** Sets long unchanged stretches apart; put together the pieces are the same text. */
export function folded(words: Word[]): Piece[] {
  return words.flatMap((word) => {
    const lines = word.text.split("\n");
    const unread = lines.length - 2 * CONTEXT;
    if (word.isChanged || unread < LEAST) return [{ ...word, unread: 0 }];
    const shown = (text: string) => ({ text, isChanged: false, unread: 0 });
    return [
      shown(lines.slice(0, CONTEXT).join("\n")),
      { text: `\n${lines.slice(CONTEXT, -CONTEXT).join("\n")}\n`, isChanged: false, unread },
      shown(lines.slice(-CONTEXT).join("\n")),
    ];
  });
}
