import { Anchor, Group, Stack, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { Measurement } from "@/api/reliability";
import { Range } from "@/pages/quality/calibration/Range";
import { sayFigure, standing } from "@/pages/quality/calibration/reading";
import { Instant } from "@/parts/Instant";
import { StatusBadge } from "@/parts/StatusBadge";
import { count } from "@/parts/words";
import { byWording } from "./trust";

interface Props {
  measurements: Measurement[];
  /** The calibration that decides whether the criterion counts. */
  decisive: string | null;
}

/** What each wording of a criterion was measured to be. */
export function Wordings({ measurements, decisive }: Props) {
  return (
    <Stack gap="md" pl={21} py="xs">
      {byWording(measurements).map(({ question, isNow, found }) => (
        <section key={`${isNow} ${question}`} aria-label={question}>
          <Group gap="xs" mb={4}>
            <Text size="sm" fw={560}>
              {question}
            </Text>
            <Text size="xs" c="dimmed">
              {isNow ? "as it is worded now" : "worded or scored otherwise then"}
            </Text>
          </Group>
          {found.map((each) => (
            <Group key={each.calibration_id} gap="sm" mt={4}>
              <StatusBadge {...standing({ reliable: each.reliable, n: each.calls })} />
              <Text size="sm" className="figures">
                alpha {sayFigure(each.alpha)}
              </Text>
              <Range alpha={each.alpha} interval={each.interval} />
              <Text size="sm" c="dimmed" className="figures">
                model and people {sayFigure(each.model_kappa)} · {count(each.raters, "rater")} ·{" "}
                {count(each.calls, "call")}
              </Text>
              <Anchor
                size="sm"
                renderRoot={(props) => (
                  <Link
                    {...props}
                    to="/quality/calibrations/$calibrationId"
                    params={{ calibrationId: each.calibration_id }}
                  />
                )}
              >
                Version {each.policy_version}, <Instant at={each.measured_at} />
              </Anchor>
              {each.calibration_id === decisive && found.length > 1 && (
                <Text size="xs" c="dimmed">
                  decides
                </Text>
              )}
            </Group>
          ))}
        </section>
      ))}
    </Stack>
  );
}
