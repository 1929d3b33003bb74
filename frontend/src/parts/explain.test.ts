import { expect, it } from "vitest";
import { ApiProblem } from "@/api/problem";
import { explain } from "./explain";

const refused = (detail: string, ...errors: { pointer: string; message: string }[]) =>
  new ApiProblem(422, "invalid-request", "The request is not valid", detail, errors);

it("says where something is wrong as people do", () => {
  const problem = refused(
    "/tools/0/number: must be a number; /transcript: must have lines",
    { pointer: "/tools/0/number", message: "must be a number" },
    { pointer: "/transcript", message: "must have lines" },
  );

  expect(explain(problem).detail).toBe(
    "Tools, 1, number: must be a number; Transcript: must have lines",
  );
});

it("leaves a sentence of the service as it is", () => {
  const problem = refused("The agent is archived.", { pointer: "/agent_id", message: "archived" });

  expect(explain(problem).detail).toBe("The agent is archived.");
});
