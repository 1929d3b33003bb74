import { Select, TextInput } from "@mantine/core";
import { useState } from "react";
import { type Days, daysOf, SPANS, spanOf } from "./spans";

interface Props {
  label: string;
  days: Days;
  /** Told what changes of them: `from`, `until` or both. */
  onChange: (part: Days) => void;
}

/** Of which days: the usual spans up to today, or any first and last day. */
export function DaySelect({ label, days, onChange }: Props) {
  const span = spanOf(days);
  const [isCustom, setIsCustom] = useState(span === "custom");
  const choose = (value: string | null) => {
    setIsCustom(value === "custom");
    if (value !== "custom") onChange(daysOf(value));
  };
  return (
    <>
      <Select
        aria-label={label}
        placeholder="Any day"
        data={[
          ...SPANS.map(({ value, label }) => ({ value, label })),
          { value: "custom", label: "Choose days…" },
        ]}
        value={isCustom ? "custom" : span}
        onChange={choose}
        clearable
        w={140}
      />
      {(isCustom || span === "custom") && (
        <>
          <TextInput
            aria-label="From day"
            type="date"
            w={136}
            value={days.from ?? ""}
            max={days.until}
            onChange={(event) => onChange({ from: event.currentTarget.value })}
          />
          <TextInput
            aria-label="Until day"
            type="date"
            w={136}
            value={days.until ?? ""}
            min={days.from}
            onChange={(event) => onChange({ until: event.currentTarget.value })}
          />
        </>
      )}
    </>
  );
}
