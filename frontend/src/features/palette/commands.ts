import type { Icon } from "@tabler/icons-react";

export interface Command {
  label: string;
  icon: Icon;
  act: () => void;
}

/** Those whose name has every word of what was typed, or its beginning. */
export function matching<T>(query: string, all: readonly T[], nameOf: (each: T) => string): T[] {
  const wanted = query.toLowerCase().split(/\s+/).filter(Boolean);
  return all.filter((each) => {
    const words = nameOf(each)
      .toLowerCase()
      .split(/[\s/-]+/);
    return wanted.every((part) => words.some((word) => word.startsWith(part)));
  });
}
