import type { Turn } from "@/api/calls";

/** When the word under this point of the screen was said; null where there is none. */
export function momentAt(turn: Turn, x: number, y: number): number | null {
  // A click that ends a selection is no click on a word.
  if (getSelection()?.toString()) return null;
  const found = document.caretPositionFromPoint(x, y);
  const text = found?.offsetNode;
  const piece = text?.parentElement;
  if (!found || !piece?.parentElement) return null;
  let before = found.offset;
  for (let each = piece.previousSibling; each; each = each.previousSibling)
    before += each.textContent?.length ?? 0;
  return wordAt(turn, before);
}

/** When the word at this character of the turn's text began. */
export function wordAt(turn: Pick<Turn, "text" | "words">, character: number): number | null {
  let end = 0;
  for (const word of turn.words ?? []) {
    const start = turn.text.indexOf(word.text, end);
    if (start < 0) return null;
    end = start + word.text.length;
    if (character <= end) return word.start_ms;
  }
  return null;
}
