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

/** Round numbers that all values and intervals lie between; zero is always one of them or within. */
export function extentOf(points: readonly Point[]): { least: number; most: number } {
  const all = points.flatMap(({ value, low, high }) =>
    [value, low, high].filter((each) => each !== null && each !== undefined),
  );
  const [lowest, highest] = [Math.min(0, ...all), Math.max(0, ...all)];
  const least = lowest < 0 ? -roundUp(-lowest) : 0;
  return { least, most: highest > 0 ? roundUp(highest) : least < 0 ? 0 : 1 };
}

/** A round number that is no less. */
function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 4, 5, 8].find((each) => each * power >= value) ?? 10) * power;
}
