import type { BoardCall } from "@/api/calls";

export interface BoardGroup {
  label: string;
  calls: BoardCall[];
}

const GROUPS = [
  { label: "In progress", status: "in_progress" },
  { label: "Dialing", status: "dialing" },
  { label: "In queue", status: "queued" },
] as const;

/** The calls by how far they are; of those that run, the longest first: it may be stuck. */
export function groupsOf(calls: readonly BoardCall[]): BoardGroup[] {
  return GROUPS.map(({ label, status }) => ({
    label,
    calls: inPlace(
      calls.filter(({ call }) => call.status === status),
      status,
    ),
  })).filter(({ calls: some }) => some.length > 0);
}

function inPlace(calls: BoardCall[], status: string): BoardCall[] {
  if (status !== "in_progress") return calls;
  const since = ({ call }: BoardCall) => Date.parse(call.started_at ?? call.created_at);
  return calls.toSorted((one, other) => since(one) - since(other));
}
