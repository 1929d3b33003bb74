/** Which words of two texts are not in the other one. */

export interface Word {
  text: string;
  isChanged: boolean;
}

/** Of pieces of one text: the piece of the other that each is. */
type Partners = ReadonlyMap<number, number>;

const LONGEST = 1500;

/**
 * Both texts in pieces; put together they are the texts. What changed a lot is compared by lines
 * instead of words, and counts as changed whole when that is too long, too. An unchanged piece ends
 * where the other text has something more.
 */
export function wordsBetween(before: string, after: string): [Word[], Word[]] {
  for (const cut of [/\s+|\S+/g, /[^\n]*\n|[^\n]+/g]) {
    const [old, now] = [before.match(cut) ?? [], after.match(cut) ?? []];
    const partners = partnersOf(old, now);
    if (partners) return [marked(old, partners), marked(now, inverse(partners))];
  }
  return [[{ text: before, isChanged: true }], [{ text: after, isChanged: true }]];
}

/** The most pieces in common, in order; undefined when there is too much to compare. */
function partnersOf(old: string[], now: string[]): Partners | undefined {
  const most = Math.min(old.length, now.length);
  let start = 0;
  while (start < most && old[start] === now[start]) start += 1;
  let end = 0;
  while (end < most - start && old[old.length - 1 - end] === now[now.length - 1 - end]) end += 1;
  const [left, right] = [old.slice(start, old.length - end), now.slice(start, now.length - end)];
  if (left.length > LONGEST || right.length > LONGEST) return undefined;
  const partners = new Map<number, number>();
  for (let i = 0; i < start; i += 1) partners.set(i, i);
  for (const [i, j] of commonTo(left, right)) partners.set(start + i, start + j);
  for (let i = end; i > 0; i -= 1) partners.set(old.length - i, now.length - i);
  return partners;
}

/** The longest sequence in common, as places in either. */
function commonTo(old: string[], now: string[]): [number, number][] {
  const width = now.length + 1;
  const lengths = new Uint16Array((old.length + 1) * width);
  for (let i = old.length - 1; i >= 0; i -= 1)
    for (let j = now.length - 1; j >= 0; j -= 1)
      lengths[i * width + j] =
        old[i] === now[j]
          ? at(lengths, (i + 1) * width + j + 1) + 1
          : Math.max(at(lengths, (i + 1) * width + j), at(lengths, i * width + j + 1));
  const common: [number, number][] = [];
  for (let i = 0, j = 0; i < old.length && j < now.length;) {
    if (old[i] === now[j]) {
      common.push([i, j]);
      i += 1;
      j += 1;
    } else if (at(lengths, (i + 1) * width + j) >= at(lengths, i * width + j + 1)) i += 1;
    else j += 1;
  }
  return common;
}

function at(lengths: Uint16Array, index: number): number {
  return lengths[index] ?? 0;
}

function inverse(partners: Partners): Partners {
  return new Map([...partners].map(([i, j]) => [j, i]));
}

function marked(pieces: string[], partners: Partners): Word[] {
  const words: Word[] = [];
  pieces.forEach((text, index) => {
    const partner = partners.get(index);
    const isChanged = partner === undefined;
    const last = words.at(-1);
    const follows = isChanged || partner === (partners.get(index - 1) ?? -2) + 1;
    if (last?.isChanged === isChanged && follows) last.text += text;
    else words.push({ text, isChanged });
  });
  return words;
}
