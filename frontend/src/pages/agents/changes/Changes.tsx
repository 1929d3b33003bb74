import { useQuery } from "@tanstack/react-query";
import { diffQuery, type VersionOrDraft } from "@/api/drafts";
import { ChangeList } from "@/parts/changes/ChangeList";
import { placeOf } from "./places";

interface Props {
  agentId: string;
  base: VersionOrDraft;
  compare: VersionOrDraft;
  /** The draft's revision: another one may differ otherwise. */
  revision: number;
}

/** What is different between two versions of an agent, place by place. */
export function Changes({ agentId, base, compare, revision }: Props) {
  const diff = useQuery(diffQuery(agentId, base, compare, revision));
  return <ChangeList diff={diff} placeOf={placeOf} />;
}
