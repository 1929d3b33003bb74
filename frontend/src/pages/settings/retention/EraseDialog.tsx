import { Alert, Button, Checkbox, Group, List, Modal, Stack, Text, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import {
  erase,
  type ErasurePreview,
  type Named,
  previewErasure,
  retentionKeys,
} from "@/api/retention";
import { explain } from "@/parts/explain";
import { count, humanise } from "@/parts/words";
import { namedBy, WHO, WRITE_SO } from "./named";

/** Whom to erase; then what would go; then a word that it is meant. */
export function EraseDialog({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const client = useQueryClient();
  const [who, setWho] = useState("");
  const [isWrong, setIsWrong] = useState(false);
  const [isMeant, setIsMeant] = useState(false);
  const look = useMutation({ mutationFn: (named: Named) => previewErasure(named) });
  const act = useMutation({
    mutationFn: (named: Named) => erase(named),
    onSuccess: async () => {
      close();
      await client.invalidateQueries({ queryKey: retentionKeys.erasures });
    },
  });
  const named = namedBy(who);
  const found = look.data;
  const close = () => {
    setWho("");
    setIsMeant(false);
    look.reset();
    act.reset();
    onClose();
  };
  const failure = look.error ?? act.error;
  return (
    <Modal opened={opened} onClose={close} title="Erase somebody" size="lg">
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          setIsWrong(named === null);
          if (named === null) return;
          if (found) act.mutate(named);
          else look.mutate(named);
        }}
      >
        <Stack>
          {failure && (
            <Alert color="red" variant="light" role="alert" title={explain(failure).title}>
              {explain(failure).detail}
            </Alert>
          )}
          <TextInput
            label="Whom or what"
            description={WHO}
            data-autofocus
            value={who}
            error={isWrong ? WRITE_SO : undefined}
            onChange={({ currentTarget: { value } }) => {
              setWho(value);
              setIsWrong(false);
              setIsMeant(false);
              look.reset();
            }}
          />
          {found && <WouldGo found={found} />}
          {found && !found.held_by && (
            <Checkbox
              label="Erase it for good, here and at Retell"
              checked={isMeant}
              onChange={({ currentTarget: { checked } }) => setIsMeant(checked)}
            />
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              Back
            </Button>
            {found ? (
              <Button
                type="submit"
                color="red"
                disabled={!isMeant || found.held_by !== null}
                loading={act.isPending}
              >
                Erase
              </Button>
            ) : (
              <Button type="submit" loading={look.isPending}>
                Show what would go
              </Button>
            )}
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

function WouldGo({ found }: { found: ErasurePreview }) {
  const passedOn = Object.entries(found.passed_on);
  return (
    <>
      {found.held_by && (
        <Alert color="orange" variant="light" title="A hold forbids it">
          {found.held_because}. End the hold first.
        </Alert>
      )}
      <Text size="sm">
        {count(found.calls, "call")} and {count(found.recordings, "recording")} would go, with
        everything made of them. Rows by table:
      </Text>
      <List size="sm">
        {Object.entries(found.tables).map(([table, count]) => (
          <List.Item key={table}>
            {humanise(table)}: {count}
          </List.Item>
        ))}
      </List>
      {passedOn.length > 0 && (
        <Text size="sm" c="dimmed">
          Already sent to {passedOn.map(([to, count]) => `${to} (${count})`).join(", ")}: that is
          theirs, and stays there.
        </Text>
      )}
    </>
  );
}
