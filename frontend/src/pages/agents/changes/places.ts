/** Where two configurations differ, and how, as people say it. */

import { humanise } from "@/parts/words";
import { labelOf } from "@/pages/agents/editor/tabs";

/** `/record_schema/properties/eta` as people say it: `Record › eta`. */
export function placeOf(pointer: string): string {
  const [first = "", ...rest] = pointer
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
  if (first === "retell_overrides") {
    const inside = rest[0] === "agent" || rest[0] === "llm" ? rest.slice(1) : rest;
    return [labelOf(first), ...inside.map(humanise)].join(" › ");
  }
  const inside = rest.filter((part) => part !== "properties" && part !== "items");
  return [labelOf(first), ...inside].join(" › ");
}
