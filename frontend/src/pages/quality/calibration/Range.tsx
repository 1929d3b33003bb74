import { Group, Text } from "@mantine/core";
import styles from "./Calibration.module.css";
import { sayFigure } from "./reading";

const LOWEST = 0.667;
const at = (figure: number) => `${Math.max(0, Math.min(1, (figure + 1) / 2)) * 100}%`;

interface Props {
  alpha: number | null;
  interval: { low: number; high: number } | null;
}

/** Agreement on a line from -1 to 1 with its interval, and the bound that it has to reach. */
export function Range({ alpha, interval }: Props) {
  if (!interval || alpha === null)
    return (
      <Text size="sm" c="dimmed">
        all the same
      </Text>
    );
  const { low, high } = interval;
  return (
    <Group gap="xs" wrap="nowrap">
      <div className={styles.range} aria-hidden>
        <i style={{ left: at(low), right: `calc(100% - ${at(high)})` }} />
        <s style={{ left: at(LOWEST) }} />
        <b style={{ left: at(alpha) }} />
      </div>
      <span className="figures" style={{ whiteSpace: "nowrap" }}>
        {sayFigure(low)} to {sayFigure(high)}
      </span>
    </Group>
  );
}
