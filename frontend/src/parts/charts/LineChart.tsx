import { useElementSize } from "@mantine/hooks";
import type { ReactNode } from "react";
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
  /** What a value is, as people read it. */
  say?: (value: number) => string;
  /** Puts what leads somewhere around a point: for the mouse, the table has the same. */
  wrap?: (place: number, dot: ReactNode) => ReactNode;
}

/** Until it is known how wide its place is. */
const USUAL_WIDTH = 720;
/** A name takes about so much. */
const LABEL_WIDTH = 84;
const HEIGHT = 200;
const NARROW = 34;
/** For marks that are more than a number. */
const WIDE = 62;
const BOTTOM = 22;

/** Values over time, each with its interval where it has one. */
export function LineChart({ label, points, least = 0, most = 100, target, say, wrap }: Props) {
  const { ref, width: measured } = useElementSize();
  const width = measured || USUAL_WIDTH;
  const left = say ? WIDE : NARROW;
  const y = vertical(least, most, HEIGHT);
  const step = (width - left) / Math.max(1, points.length);
  const x = (index: number) => left + step * (index + 0.5);
  const every = Math.ceil((points.length * LABEL_WIDTH) / (width - left));
  const marks = [0, 0.25, 0.5, 0.75, 1].map((part) => least + part * (most - least));
  return (
    <svg
      ref={ref}
      className={classes.chart}
      viewBox={`0 -8 ${width} ${HEIGHT + BOTTOM + 8}`}
      height={HEIGHT + BOTTOM + 8}
      // What leads somewhere is no part of a picture: then the figure around it is named.
      {...(wrap ? { "aria-hidden": true } : { role: "img", "aria-label": label })}
    >
      {marks.map((mark) => (
        <g key={mark}>
          <line className={classes.grid} x1={left} x2={width} y1={y(mark)} y2={y(mark)} />
          <text className={classes.axis} x={left - 8} y={y(mark) + 4} textAnchor="end">
            {say ? say(mark) : Math.round(mark)}
          </text>
        </g>
      ))}
      {target !== null && target !== undefined && (
        <line className={classes.target} x1={left} x2={width} y1={y(target)} y2={y(target)} />
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
      {points.map(({ label: name, value }, index) => {
        if (value === null) return null;
        const said = say ? say(value) : String(Math.round(value * 10) / 10);
        const dot = (
          <g className={classes.spot}>
            <title>{`${name}: ${said}`}</title>
            {wrap && <circle className={classes.touch} cx={x(index)} cy={y(value)} r={12} />}
            <circle className={classes.dot} cx={x(index)} cy={y(value)} r={3.5} />
          </g>
        );
        return <g key={`${index} ${name}`}>{wrap ? wrap(index, dot) : dot}</g>;
      })}
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
