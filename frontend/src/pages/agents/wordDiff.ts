/** Which words of two texts are not in the other one. */

export interface Word {
  text: string;
  isChanged: boolean;
}

const LONGEST = 1500;

/** Both texts in pieces; put together they are the texts. Long ones count as changed whole. */
export function wordsBetween(before: string, after: string): [Word[], Word[]] {
  const [old, now] = [piecesOf(before), piecesOf(after)];
  if (old.length > LONGEST || now.length > LONGEST)
    return [[{ text: before, isChanged: true }], [{ text: after, isChanged: true }]];
  const common = commonTo(old, now);
  return [marked(old, common[0]), marked(now, common[1])];
}

function piecesOf(text: string): string[] {
  return text.match(/\s+|\S+/g) ?? [];
}

/** The longest words in common, as their places in either text. */
function commonTo(old: string[], now: string[]): [Set<number>, Set<number>] {
  const width = now.length + 1;
  const lengths = new Uint16Array((old.length + 1) * width);
  for (let i = old.length - 1; i >= 0; i -= 1)
    for (let j = now.length - 1; j >= 0; j -= 1)
      lengths[i * width + j] =
        old[i] === now[j]
          ? at(lengths, (i + 1) * width + j + 1) + 1
          : Math.max(at(lengths, (i + 1) * width + j), at(lengths, i * width + j + 1));
  const [inOld, inNow] = [new Set<number>(), new Set<number>()];
  for (let i = 0, j = 0; i < old.length && j < now.length;) {
    if (old[i] === now[j]) {
      inOld.add(i);
      inNow.add(j);
      i += 1;
      j += 1;
    } else if (at(lengths, (i + 1) * width + j) >= at(lengths, i * width + j + 1)) i += 1;
    else j += 1;
  }
  return [inOld, inNow];
}

function at(lengths: Uint16Array, index: number): number {
  return lengths[index] ?? 0;
}

function marked(words: string[], common: ReadonlySet<number>): Word[] {
  const pieces: Word[] = [];
  words.forEach((text, index) => {
    const isChanged = !common.has(index);
    const last = pieces.at(-1);
    if (last?.isChanged === isChanged) last.text += text;
    else pieces.push({ text, isChanged });
  });
  return pieces;
}
