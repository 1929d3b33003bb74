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
  /** Where bars begin that are below zero. */
  least?: number;
  /** What a full bar stands for. */
  most: number;
  /** Puts what leads somewhere around a bar. */
  wrap?: (place: number, inside: ReactNode) => ReactNode;
}

/** Values side by side, each with its name and what it is. */
export function Bars({ items, least = 0, most, wrap }: Props) {
  return (
    <ul className={classes.bars}>
      {items.map(({ key, label, value, said }, place) => {
        const inside = (
          <span className={classes.bar}>
            <span className={classes.name}>{label}</span>
            <span className={classes.space} aria-hidden>
              <span className={classes.fill} style={placeOf(value ?? 0, least, most)} />
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

/** Where a bar lies, from zero to its value. */
function placeOf(value: number, least: number, most: number) {
  const across = horizontal(least, most);
  const [from, to] = [across(Math.min(0, value)), across(Math.max(0, value))];
  return { marginInlineStart: `${from}%`, width: `${to - from}%` };
}

function horizontal(least: number, most: number): (value: number) => number {
  const span = most - least || 1;
  return (value) => (100 * (Math.min(most, Math.max(least, value)) - least)) / span;
}
