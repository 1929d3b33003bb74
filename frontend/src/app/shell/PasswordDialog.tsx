import { Alert, Button, Group, Modal, PasswordInput, Stack } from "@mantine/core";
import { useForm } from "@mantine/form";
import { notifications } from "@mantine/notifications";
import { useMutation } from "@tanstack/react-query";
import { changePassword } from "@/api/session";
import { explain } from "@/parts/explain";

const SHORTEST = 8;

/** One's own password. All other sessions end. */
export function PasswordDialog({ onClose }: { onClose: () => void }) {
  const form = useForm({
    initialValues: { current: "", next: "", again: "" },
    validate: {
      current: (value) => (value ? null : "Enter your current password."),
      next: (value) => (value.length < SHORTEST ? `Use at least ${SHORTEST} characters.` : null),
      again: (value, { next }) => (value === next ? null : "Passwords don't match."),
    },
  });
  const change = useMutation({
    mutationFn: ({ current, next }: typeof form.values) => changePassword(current, next),
    onSuccess: () => {
      notifications.show({
        title: "Password changed",
        message: "You are logged out everywhere else.",
      });
      onClose();
    },
  });
  return (
    <Modal opened onClose={onClose} title="Change password">
      <form onSubmit={form.onSubmit((values) => change.mutate(values))} noValidate>
        <Stack>
          <PasswordInput
            label="Current password"
            autoComplete="current-password"
            data-autofocus
            {...form.getInputProps("current")}
          />
          <PasswordInput
            label="New password"
            autoComplete="new-password"
            {...form.getInputProps("next")}
          />
          <PasswordInput
            label="New password again"
            autoComplete="new-password"
            {...form.getInputProps("again")}
          />
          {change.error && (
            <Alert color="red" variant="light" role="alert" title={explain(change.error).title}>
              {explain(change.error).detail}
            </Alert>
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={change.isPending}>
              Change password
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
