import { Absent } from "./Instant";
import { formatPhone } from "./phone";

/** A number as people write it. It never breaks over lines. */
export function PhoneNumber({ number }: { number: string | null }) {
  if (!number) return <Absent label="no number" />;
  return (
    <span className="figures" style={{ whiteSpace: "nowrap" }}>
      {formatPhone(number)}
    </span>
  );
}
