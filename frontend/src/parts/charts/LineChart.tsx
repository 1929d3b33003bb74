import { useElementSize } from "@mantine/hooks";
import { type Point, runs, vertical } from "./scale";
import classes from "./Charts.module.css";

interface Props {
  /** What it shows, for those who cannot see it; the figures stand in a table beside it. */
  label: string;
  points: Point[];
  least?: number;
  most?: number;
  /** A line to be above. */
  target?: number | null;
}

/** Until it is known how wide its place is. */
const USUAL_WIDTH = 720;
/** A name takes about so much. */
const LABEL_WIDTH = 84;
const HEIGHT = 200;
const LEFT = 34;
const BOTTOM = 22;

/** Values over time, each with its interval where it has one. */
export function LineChart({ label, points, least = 0, most = 100, target }: Props) {
  const { ref, width: measured } = useElementSize();
  const width = measured || USUAL_WIDTH;
  const y = vertical(least, most, HEIGHT);
  const step = (width - LEFT) / Math.max(1, points.length);
  const x = (index: number) => LEFT + step * (index + 0.5);
  const every = Math.ceil((points.length * LABEL_WIDTH) / (width - LEFT));
  const marks = [0, 0.25, 0.5, 0.75, 1].map((part) => least + part * (most - least));
  return (
    <svg
      ref={ref}
      className={classes.chart}
      viewBox={`0 -8 ${width} ${HEIGHT + BOTTOM + 8}`}
      height={HEIGHT + BOTTOM + 8}
      role="img"
      aria-label={label}
    >
      {marks.map((mark) => (
        <g key={mark}>
          <line className={classes.grid} x1={LEFT} x2={width} y1={y(mark)} y2={y(mark)} />
          <text className={classes.axis} x={LEFT - 8} y={y(mark) + 4} textAnchor="end">
            {Math.round(mark)}
          </text>
        </g>
      ))}
      {target !== null && target !== undefined && (
        <line className={classes.target} x1={LEFT} x2={width} y1={y(target)} y2={y(target)} />
      )}
      {runs(points).map(({ start, points: run }) => (
        <g key={start}>
          <path className={classes.band} d={bandOf(run, (index) => x(start + index), y)} />
          <polyline
            className={classes.line}
            points={run.map(({ value }, at) => `${x(start + at)},${y(value ?? 0)}`).join(" ")}
          />
        </g>
      ))}
      {points.map(
        ({ label: name, value }, index) =>
          value !== null && (
            <circle
              key={`${index} ${name}`}
              className={classes.dot}
              cx={x(index)}
              cy={y(value)}
              r={3.5}
            >
              <title>{`${name}: ${Math.round(value * 10) / 10}`}</title>
            </circle>
          ),
      )}
      {points.map(
        ({ label: name }, index) =>
          index % every === 0 && (
            <text
              key={`${index} ${name}`}
              className={classes.axis}
              x={x(index)}
              y={HEIGHT + 18}
              textAnchor="middle"
            >
              {name}
            </text>
          ),
      )}
    </svg>
  );
}

function bandOf(
  run: readonly Point[],
  x: (index: number) => number,
  y: (value: number) => number,
): string {
  const upper = run.map(({ value, high }, at) => `${x(at)},${y(high ?? value ?? 0)}`);
  const lower = run.map(({ value, low }, at) => `${x(at)},${y(low ?? value ?? 0)}`).reverse();
  return `M${[...upper, ...lower].join("L")}Z`;
}
