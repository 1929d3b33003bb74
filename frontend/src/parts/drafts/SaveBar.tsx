import { Alert, Button, Card, Group, Text } from "@mantine/core";
import { ApiProblem, fieldErrors } from "@/api/problem";
import { explain } from "@/parts/explain";
import classes from "./SaveBar.module.css";

interface Props {
  error: Error | null;
  isSaving: boolean;
  refusals: number;
  onSave: () => void;
  onOverwrite: () => void;
  onDiscard: () => void;
}

/** Stays in sight while something is unsaved. */
export function SaveBar({ error, isSaving, refusals, onSave, onOverwrite, onDiscard }: Props) {
  const isConflict = error instanceof ApiProblem && error.status === 412;
  // What was refused has been changed since: the next save tells.
  const isMended = refusals === 0 && Object.keys(fieldErrors(error)).length > 0;
  return (
    <Card className={classes.bar} padding="sm" role="region" aria-label="Unsaved changes">
      {error && !isMended && (
        <Alert
          color={isConflict ? "orange" : "red"}
          variant="light"
          role="alert"
          mb="sm"
          title={
            isConflict ? "Somebody else has changed this draft meanwhile" : explain(error).title
          }
        >
          {isConflict
            ? "Save anyway to keep what is here of the fields you changed, or discard and see what they did."
            : refusals > 0
              ? `${refusals} ${refusals === 1 ? "field does" : "fields do"} not fit: the tabs say where.`
              : explain(error).detail}
        </Alert>
      )}
      <Group justify="space-between">
        <Text size="sm">There are unsaved changes.</Text>
        <Group gap="xs">
          <Button variant="default" onClick={onDiscard}>
            Discard
          </Button>
          {isConflict ? (
            <Button color="orange" loading={isSaving} onClick={onOverwrite}>
              Save anyway
            </Button>
          ) : (
            <Button loading={isSaving} onClick={onSave}>
              Save draft
            </Button>
          )}
        </Group>
      </Group>
    </Card>
  );
}
