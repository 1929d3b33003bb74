import { ActionIcon, Badge, Button, Collapse, Group, Text, UnstyledButton } from "@mantine/core";
import {
  IconArrowDown,
  IconArrowUp,
  IconChevronDown,
  IconPlus,
  IconTrash,
} from "@tabler/icons-react";
import { useState } from "react";
import type { CriterionDraft } from "@/api/policies";
import { severities } from "@/features/evaluation/verdicts";
import { keyFor, moved, SCALES, sharesOf } from "./criteria";
import { CriterionForm } from "./CriterionForm";
import classes from "./Policies.module.css";

interface Props {
  criteria: CriterionDraft[];
  /** What was refused, by index and field: `0.question`. */
  errors: Record<string, string>;
  isReadOnly: boolean;
  onChange: (criteria: CriterionDraft[]) => void;
}

/** The criteria of a policy: add, sort, change, remove. */
export function CriteriaEditor({ criteria, errors, isReadOnly, onChange }: Props) {
  const [opened, setOpened] = useState<number | null>(null);
  const shares = sharesOf(criteria);
  const categories = [...new Set(criteria.map(({ category }) => category))];
  const add = () => {
    setOpened(criteria.length);
    onChange([...criteria, newCriterion(criteria)]);
  };
  const move = (index: number, by: -1 | 1) => {
    setOpened(null);
    onChange(moved(criteria, index, by));
  };
  return (
    <div>
      {criteria.map((criterion, index) => {
        const own = errorsAt(errors, index);
        return (
          <div
            key={index}
            className={classes.criterion}
            data-refused={Object.keys(own).length > 0 || undefined}
          >
            <div className={classes.head}>
              <Summary
                criterion={criterion}
                share={shares.get(criterion.key) ?? 0}
                isOpen={opened === index}
                onToggle={() => setOpened(opened === index ? null : index)}
              />
              {!isReadOnly && (
                <Actions
                  name={criterion.name || "the criterion"}
                  isFirst={index === 0}
                  isLast={index === criteria.length - 1}
                  onMove={(by) => move(index, by)}
                  onRemove={() => {
                    setOpened(null);
                    onChange(criteria.filter((_, place) => place !== index));
                  }}
                />
              )}
            </div>
            <Collapse expanded={opened === index}>
              {opened === index && (
                <div className={classes.body}>
                  <CriterionForm
                    criterion={criterion}
                    errors={own}
                    categories={categories}
                    isReadOnly={isReadOnly}
                    onChange={(changed) =>
                      onChange(criteria.map((each, place) => (place === index ? changed : each)))
                    }
                  />
                </div>
              )}
            </Collapse>
          </div>
        );
      })}
      {!isReadOnly && (
        <Button
          mt="sm"
          size="compact-sm"
          variant="subtle"
          leftSection={<IconPlus size={15} aria-hidden />}
          onClick={add}
        >
          Add a criterion
        </Button>
      )}
    </div>
  );
}

function newCriterion(criteria: readonly CriterionDraft[]): CriterionDraft {
  return {
    key: keyFor(
      "",
      criteria.map(({ key }) => key),
    ),
    name: "",
    category: criteria.at(-1)?.category ?? "General",
    weight: 10,
    scale: "yes_no",
    question: "",
    may_not_apply: false,
    auto_fail: false,
    severity: "minor",
    good_when: "said",
    said_by: "agent",
    fail_below: 50,
    rule: null,
  };
}

function errorsAt(errors: Record<string, string>, index: number): Record<string, string> {
  const start = `${index}.`;
  return Object.fromEntries(
    Object.entries(errors)
      .filter(([path]) => path === String(index) || path.startsWith(start))
      .map(([path, message]) => [path.slice(start.length) || "name", message]),
  );
}

interface SummaryProps {
  criterion: CriterionDraft;
  share: number;
  isOpen: boolean;
  onToggle: () => void;
}

function Summary({ criterion, share, isOpen, onToggle }: SummaryProps) {
  const scale = SCALES.find(({ value }) => value === criterion.scale)?.label;
  return (
    <UnstyledButton className={classes.summary} aria-expanded={isOpen} onClick={onToggle}>
      <IconChevronDown
        size={15}
        aria-hidden
        style={{ flex: "none", alignSelf: "center", rotate: isOpen ? "0deg" : "-90deg" }}
      />
      <span style={{ fontWeight: 600 }}>{criterion.name || "(no name)"}</span>
      <Text span size="xs" c="dimmed">
        {criterion.category} · {criterion.rule ? "measured by a rule" : scale} · {Math.round(share)}{" "}
        % of the score
      </Text>
      {criterion.auto_fail && (
        <Badge size="sm" color="red">
          auto-fail
        </Badge>
      )}
      {criterion.severity !== "minor" && (
        <Badge size="sm" color="gray">
          {severities[criterion.severity].label}
        </Badge>
      )}
    </UnstyledButton>
  );
}

interface ActionProps {
  name: string;
  isFirst: boolean;
  isLast: boolean;
  onMove: (by: -1 | 1) => void;
  onRemove: () => void;
}

function Actions({ name, isFirst, isLast, onMove, onRemove }: ActionProps) {
  const shared = {
    variant: "subtle",
    color: "gray",
    size: "md",
    className: classes.action,
  } as const;
  return (
    <Group gap={2} wrap="nowrap">
      <ActionIcon
        {...shared}
        disabled={isFirst}
        aria-label={`Move ${name} up`}
        onClick={() => onMove(-1)}
      >
        <IconArrowUp size={15} aria-hidden />
      </ActionIcon>
      <ActionIcon
        {...shared}
        disabled={isLast}
        aria-label={`Move ${name} down`}
        onClick={() => onMove(1)}
      >
        <IconArrowDown size={15} aria-hidden />
      </ActionIcon>
      <ActionIcon {...shared} aria-label={`Remove ${name}`} onClick={onRemove}>
        <IconTrash size={15} aria-hidden />
      </ActionIcon>
    </Group>
  );
}
