import { Alert, Button, Group, Text } from "@mantine/core";
import { explain } from "@/parts/explain";
import classes from "./Evaluation.module.css";

interface Props {
  count: number;
  error: Error | null;
  isSaving: boolean;
  onDiscard: () => void;
  onSave: () => void;
}

/** Stays in sight while a person's verdicts are not saved. */
export function OverrideBar({ count, error, isSaving, onDiscard, onSave }: Props) {
  return (
    <div className={classes.save}>
      {error && (
        <Alert color="red" variant="light" role="alert" mb="sm" title={explain(error).title}>
          {explain(error).detail}
        </Alert>
      )}
      <Group justify="space-between" gap="xs">
        <Text size="sm">
          {count === 1 ? "1 verdict overridden" : `${count} verdicts overridden`}
        </Text>
        <Group gap="xs">
          <Button size="xs" variant="default" onClick={onDiscard}>
            Discard
          </Button>
          <Button size="xs" loading={isSaving} onClick={onSave}>
            Save overrides
          </Button>
        </Group>
      </Group>
    </div>
  );
}
