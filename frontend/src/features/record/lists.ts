import type { Json } from "@/api/json";

/** A row of a record: one value, or a list of plain values that are shown together. */
export type Row =
  | { path: string; value: Json; items?: never }
  | { path: string; value: Json[]; items: [path: string, value: Json][] };

const ITEM = /^(.*)\[\d+\]$/;

/** Puts the items of lists of plain values into one row each, where the first of them stands. */
export function rowsWithLists(rows: readonly [path: string, value: Json][]): Row[] {
  const lists = new Map<string, Extract<Row, { items: unknown[] }>>();
  const found: Row[] = [];
  for (const [path, value] of rows) {
    const list = ITEM.exec(path)?.[1];
    if (list === undefined) {
      found.push({ path, value });
      continue;
    }
    let row = lists.get(list);
    if (!row) {
      row = { path: list, value: [], items: [] };
      lists.set(list, row);
      found.push(row);
    }
    row.items.push([path, value]);
  }
  // In the list's own order, whichever of its items came first.
  for (const row of lists.values()) {
    row.items.sort(([one], [other]) => indexOf(one) - indexOf(other));
    row.value = row.items.map(([, value]) => value);
  }
  return found;
}

function indexOf(path: string): number {
  return Number(/\[(\d+)\]$/.exec(path)?.[1] ?? 0);
}
