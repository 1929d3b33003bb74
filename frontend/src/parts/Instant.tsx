import { Text, Tooltip } from "@mantine/core";
import { briefly, exactly, ago } from "./time";
import { useNow } from "./useNow";

interface Props {
  at: string | null;
  /** Instead of the clock: how long ago, kept current. */
  relative?: boolean;
}

/** A moment in the viewer's zone; the exact instant shows on hover and focus. */
export function Instant({ at, relative = false }: Props) {
  if (at === null) return <Absent />;
  return (
    <Tooltip label={exactly(at)}>
      <time dateTime={at} className="figures">
        {relative ? <Relative at={at} /> : briefly(at)}
      </time>
    </Tooltip>
  );
}

function Relative({ at }: { at: string }) {
  return ago(at, new Date(useNow()));
}

/** Where there is no value; read as such, not as a dash. */
export function Absent({ label = "none" }: { label?: string }) {
  return (
    <Text span c="dimmed" inherit role="img" aria-label={label}>
      –
    </Text>
  );
}
