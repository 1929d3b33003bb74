import classes from "./StatusBadge.module.css";
import {
  type CallStatus,
  type RecordStatus,
  type Tone,
  callStatuses,
  recordStatuses,
} from "./statuses";

/** A call's state: a word, a colour, and a shape that needs no colour. */
export function CallStatusBadge({ status }: { status: CallStatus }) {
  return <StatusBadge {...callStatuses[status]} />;
}

export function RecordStatusBadge({ status }: { status: RecordStatus }) {
  return <StatusBadge {...recordStatuses[status]} />;
}

export function StatusBadge({ label, tone }: { label: string; tone: Tone }) {
  return (
    <span className={classes.badge} data-tone={tone}>
      <span className={classes.dot} aria-hidden />
      {label}
    </span>
  );
}
