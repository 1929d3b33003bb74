import { useQuery } from "@tanstack/react-query";
import { recordFormQuery } from "@/api/agents";
import type { CallDetail } from "@/api/calls";
import { type Outlook, outlookOf } from "./outlook";

/** What is to be expected of the call's record while it has none. */
export function useOutlook(call: CallDetail): Outlook {
  const isOfInterest = !call.record && outlookOf(call, undefined) === "made";
  const form = useQuery({
    ...recordFormQuery(call.agent_id, call.agent_version),
    enabled: isOfInterest,
  });
  return outlookOf(call, form.data === undefined ? undefined : form.data?.schema != null);
}
