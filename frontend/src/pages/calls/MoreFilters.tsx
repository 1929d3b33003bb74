import { Badge, Button, NumberInput, Popover, Select, Stack } from "@mantine/core";
import { IconAdjustmentsHorizontal, IconX } from "@tabler/icons-react";
import type { CallFilters } from "@/api/callFilters";
import { formatPhone } from "@/parts/phone";
import { humanise } from "@/parts/words";
import { MOODS } from "@/features/call-list/filters";

interface Props {
  filters: CallFilters;
  onChange: (part: Record<string, string | number | null>) => void;
}

/** The filters that are needed now and then. */
export function MoreFilters({ filters, onChange }: Props) {
  const { longer, shorter, mood, ended, version, number, weekday, hour } = filters;
  const all = [longer, shorter, mood, ended, version, number, weekday, hour];
  const count = all.filter((each) => each !== undefined).length;
  const minutes = (name: "longer" | "shorter", label: string) => (
    <NumberInput
      label={label}
      suffix=" min"
      min={0}
      max={1440}
      decimalScale={1}
      value={filters[name] ?? ""}
      onChange={(value) => onChange({ [name]: typeof value === "number" ? value : null })}
    />
  );
  return (
    <Popover trapFocus returnFocus position="bottom-start">
      <Popover.Target>
        <Button
          variant="default"
          leftSection={<IconAdjustmentsHorizontal size={16} aria-hidden />}
          rightSection={count > 0 && <Badge size="sm">{count}</Badge>}
        >
          More
        </Button>
      </Popover.Target>
      <Popover.Dropdown w={260}>
        <Stack gap="sm">
          {minutes("longer", "At least this long")}
          {minutes("shorter", "At most this long")}
          <Select
            label="Sentiment"
            placeholder="Any"
            clearable
            comboboxProps={{ withinPortal: false }}
            data={Object.keys(MOODS)}
            value={mood ?? null}
            onChange={(value) => onChange({ mood: value })}
          />
          <Select
            label="Reason for ending"
            placeholder="Any"
            clearable
            searchable
            comboboxProps={{ withinPortal: false }}
            data={(ended && !REASONS.includes(ended) ? [...REASONS, ended] : REASONS).map(
              (value) => ({ value, label: humanise(value) }),
            )}
            value={ended ?? null}
            onChange={(value) => onChange({ ended: value })}
          />
          <Select
            label="Day of the week"
            placeholder="Any"
            clearable
            comboboxProps={{ withinPortal: false }}
            data={WEEKDAYS.map((label, day) => ({ value: String(day + 1), label }))}
            value={weekday === undefined ? null : String(weekday)}
            onChange={(value) => onChange({ weekday: value === null ? null : Number(value) })}
          />
          <NumberInput
            label="Hour of the day"
            placeholder="Any"
            suffix=":00"
            min={0}
            max={23}
            allowDecimal={false}
            value={hour ?? ""}
            onChange={(value) => onChange({ hour: typeof value === "number" ? value : null })}
          />
          <NumberInput
            label="Version of the agent"
            placeholder="Any"
            min={1}
            allowDecimal={false}
            value={version ?? ""}
            onChange={(value) => onChange({ version: typeof value === "number" ? value : null })}
          />
          {number && (
            <Button
              size="xs"
              variant="default"
              rightSection={<IconX size={14} aria-hidden />}
              onClick={() => onChange({ number: null })}
            >
              Number {formatPhone(number)}
            </Button>
          )}
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}

const WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/** Those of Retell's that people look for; an address may name any other. */
const REASONS = [
  "user_hangup",
  "agent_hangup",
  "call_transfer",
  "voicemail_reached",
  "inactivity",
  "max_duration_reached",
  "dial_no_answer",
  "dial_busy",
  "dial_failed",
  "user_declined",
  "invalid_destination",
  "marked_as_spam",
  "concurrency_limit_reached",
  "no_valid_payment",
  "error_retell",
  "error_unknown",
];
