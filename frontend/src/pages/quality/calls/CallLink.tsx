import { Anchor, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { NamedCall } from "@/api/reports";
import { useAgentNames } from "@/features/agents/useAgentNames";
import { useCallName } from "@/features/agents/useCallName";
import { otherParty } from "@/parts/party";
import { formatPhone } from "@/parts/phone";
import { briefly } from "@/parts/time";

interface Props {
  callId: string;
  /** By which policy its evaluation is shown. */
  policyId: string;
  call: NamedCall;
}

/** A call by what people know it by, which leads to its evaluation. */
export function CallLink({ callId, policyId, call }: Props) {
  const callName = useCallName();
  const agentName = useAgentNames();
  const number = otherParty(call);
  return (
    <>
      <Anchor
        size="sm"
        fw={560}
        renderRoot={(props) => (
          <Link
            {...props}
            to="/calls/$callId"
            params={{ callId }}
            search={{ tab: "evaluation", policy: policyId }}
          />
        )}
      >
        {callName(call) ?? (number ? formatPhone(number) : "Call")}
      </Anchor>
      <Text size="xs" c="dimmed" className="figures">
        {agentName(call.agent_id)} · {briefly(call.created_at)}
      </Text>
    </>
  );
}
