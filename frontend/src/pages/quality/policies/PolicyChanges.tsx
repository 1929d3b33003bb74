import { useQuery } from "@tanstack/react-query";
import { type Policy, policyDiffQuery } from "@/api/policies";
import { ChangeList } from "@/parts/changes/ChangeList";
import { policyPlaceOf } from "./places";

/** What the draft of a policy has otherwise than a version. */
export function PolicyChanges({ policy, base }: { policy: Policy; base: number }) {
  const diff = useQuery(policyDiffQuery(policy.id, base, "draft", policy.draft_revision));
  return <ChangeList diff={diff} placeOf={policyPlaceOf} />;
}
