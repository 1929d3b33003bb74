import { Stack } from "@mantine/core";
import type { Policy } from "@/api/policies";
import { CriteriaReliability } from "./CriteriaReliability";
import { GoldenRuns } from "./GoldenRuns";

/** How far the policy's judge can be trusted, and whether that is still so. */
export function ReliabilityTab({ policy }: { policy: Policy }) {
  return (
    <Stack>
      <CriteriaReliability policy={policy} />
      <GoldenRuns policy={policy} />
    </Stack>
  );
}
