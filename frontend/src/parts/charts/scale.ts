/** Where values lie on a chart. Pure. */

export interface Point {
  label: string;
  /** Null: there is nothing to show there. */
  value: number | null;
  low?: number | null;
  high?: number | null;
}

/** Makes a function from values to pixels: `least` lies at the bottom, `most` at the top. */
export function vertical(least: number, most: number, height: number): (value: number) => number {
  const span = most - least || 1;
  return (value) => height - ((Math.min(most, Math.max(least, value)) - least) / span) * height;
}

/** The runs of points that have a value: a line is broken where there is none. */
export function runs(points: readonly Point[]): { start: number; points: Point[] }[] {
  const found: { start: number; points: Point[] }[] = [];
  points.forEach((point, index) => {
    const last = found.at(-1);
    if (point.value === null) return;
    if (last && last.start + last.points.length === index) last.points.push(point);
    else found.push({ start: index, points: [point] });
  });
  return found;
}
