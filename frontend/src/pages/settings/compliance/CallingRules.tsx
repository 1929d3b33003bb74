import { Rules } from "./Rules";
import { SaidInCalls } from "./SaidInCalls";

/** The rules of calls, and how they were kept in what was said. */
export function CallingRules() {
  return (
    <>
      <Rules />
      <SaidInCalls />
    </>
  );
}
