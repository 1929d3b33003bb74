import { Anchor, Card, Group, Skeleton, Stack, Text } from "@mantine/core";
import { IconScaleOff } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { callQuery } from "@/api/calls";
import { type Calibration, calibrationQuery } from "@/api/calibrations";
import { policyVersionQuery, type PolicyConfig } from "@/api/policies";
import { ApiProblem } from "@/api/problem";
import { useUser } from "@/features/session/useUser";
import { BesideTranscript } from "@/features/transcript/BesideTranscript";
import { QualityFrame } from "@/pages/quality/frame/QualityFrame";
import { EmptyState } from "@/parts/EmptyState";
import { ErrorState } from "@/parts/ErrorState";
import { PageHeader } from "@/parts/PageHeader";
import { count } from "@/parts/words";
import { Agreements } from "./Agreements";
import { Compared } from "./Compared";
import { RateCall } from "./RateCall";
import styles from "./Calibration.module.css";

const route = getRouteApi("/app/quality/calibrations/$calibrationId");

export function CalibrationPage() {
  const { calibrationId } = route.useParams();
  const found = useQuery(calibrationQuery(calibrationId));
  const policy = useQuery({
    ...policyVersionQuery(found.data?.policy_id ?? "", found.data?.policy_version ?? 0),
    enabled: found.data !== undefined,
  });
  if (found.error instanceof ApiProblem && [404, 422].includes(found.error.status))
    return (
      <EmptyState icon={IconScaleOff} title="There is no such calibration" level={1}>
        The address may be mistyped, or it belongs to another organization.
      </EmptyState>
    );
  const error = found.error ?? policy.error;
  if (error) return <ErrorState error={error} onRetry={() => void found.refetch()} />;
  if (!found.data || !policy.data) return <Skeleton h={420} radius="lg" />;
  return (
    <QualityFrame>
      <Shown calibration={found.data} policy={policy.data} />
    </QualityFrame>
  );
}

function Shown({ calibration, policy }: { calibration: Calibration; policy: PolicyConfig }) {
  const { id: own } = useUser();
  const { call: wanted } = route.useSearch();
  const navigate = useNavigate();
  const { calls, raters, progress, status } = calibration;
  const isRater = raters.some(({ id }) => id === own);
  const open = calls.filter(({ rated_by }) => !rated_by.includes(own));
  const shown =
    calls.find(({ call_id }) => call_id === wanted) ?? (isRater ? open[0] : undefined) ?? calls[0];
  const show = (call: string, isSaved = false) =>
    void navigate({
      from: "/quality/calibrations/$calibrationId",
      search: { call },
      replace: true,
      ignoreBlocker: isSaved,
    });
  return (
    <>
      <Anchor component={Link} to="/quality/calibrations" size="sm" c="dimmed">
        Calibration
      </Anchor>
      <PageHeader
        title={`${policy.name}, version ${calibration.policy_version}`}
        description={
          status === "done"
            ? `Measured on ${count(progress.calls, "call")} by ${raters.map(({ name }) => name).join(", ")}`
            : `${progress.rated} of ${progress.of} ratings are in. ${raters.map(({ name }) => name).join(", ")} rate blind.`
        }
      />
      <Stack>
        {calibration.agreement && (
          <Agreements agreement={calibration.agreement} policy={policy} raters={raters} />
        )}
        <Card padding="sm" component="nav" aria-label="Calls to rate">
          <Group gap={6}>
            <Text size="sm" fw={560} mr={4}>
              Calls
            </Text>
            {calls.map(({ call_id, rated_by }, index) => (
              <button
                key={call_id}
                type="button"
                className={styles.call}
                aria-current={shown?.call_id === call_id ? "true" : undefined}
                data-done={rated_by.length === raters.length || undefined}
                aria-label={`Call ${index + 1}, ${rated_by.length} of ${raters.length} ratings`}
                onClick={() => show(call_id)}
              >
                {index + 1}
                {rated_by.includes(own) && " ✓"}
              </button>
            ))}
          </Group>
          {isRater && open.length > 0 && (
            <Text size="sm" c="dimmed" mt="xs">
              {open.length === 1 ? "1 call waits" : `${open.length} calls wait`} for you. What
              others say of a call shows once you have rated it.
            </Text>
          )}
        </Card>
        {shown ? (
          <OneCall
            key={shown.call_id}
            calibration={calibration}
            policy={policy}
            callId={shown.call_id}
            canRate={isRater && !shown.rated_by.includes(own) && status === "open"}
            onRated={() =>
              show(
                open.find(({ call_id }) => call_id !== shown.call_id)?.call_id ?? shown.call_id,
                true,
              )
            }
          />
        ) : (
          <Text size="sm" c="dimmed">
            Its calls have been deleted.
          </Text>
        )}
      </Stack>
    </>
  );
}

interface OneProps {
  calibration: Calibration;
  policy: PolicyConfig;
  callId: string;
  canRate: boolean;
  onRated: () => void;
}

function OneCall({ calibration, policy, callId, canRate, onRated }: OneProps) {
  const call = useQuery(callQuery(callId));
  if (call.error) return <ErrorState error={call.error} onRetry={() => void call.refetch()} />;
  if (!call.data) return <Skeleton h={420} radius="lg" />;
  return (
    <BesideTranscript call={call.data} isBlind={canRate}>
      {() =>
        canRate ? (
          <RateCall calibration={calibration} policy={policy} callId={callId} onRated={onRated} />
        ) : (
          <Compared calibration={calibration} policy={policy} callId={callId} />
        )
      }
    </BesideTranscript>
  );
}
