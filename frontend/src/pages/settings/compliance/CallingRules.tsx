import { Hooks } from "./hooks/Hooks";
import { Rules } from "./Rules";
import { SaidInCalls } from "./SaidInCalls";

/** The rules of calls, who is asked before them, and how they were kept in what was said. */
export function CallingRules() {
  return (
    <>
      <Rules />
      <Hooks />
      <SaidInCalls />
    </>
  );
}
