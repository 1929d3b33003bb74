import { Text } from "@mantine/core";
import type { ReactNode } from "react";
import classes from "./Charts.module.css";

export interface Bar {
  key: string;
  label: string;
  value: number | null;
  /** The same as people read it. */
  said: string;
}

interface Props {
  items: Bar[];
  /** What a full bar stands for. */
  most: number;
  /** Puts what leads somewhere around a bar. */
  wrap?: (place: number, inside: ReactNode) => ReactNode;
}

/** Values side by side, each with its name and what it is. */
export function Bars({ items, most, wrap }: Props) {
  return (
    <ul className={classes.bars}>
      {items.map(({ key, label, value, said }, place) => {
        const inside = (
          <span className={classes.bar}>
            <span className={classes.name}>{label}</span>
            <span className={classes.space} aria-hidden>
              <span
                className={classes.fill}
                style={{ width: `${Math.min(100, (100 * (value ?? 0)) / (most || 1))}%` }}
              />
            </span>
            <Text span size="sm" className="figures" c="dimmed">
              {said}
            </Text>
          </span>
        );
        return <li key={key}>{wrap ? wrap(place, inside) : inside}</li>;
      })}
    </ul>
  );
}
