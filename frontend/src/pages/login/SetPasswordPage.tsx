import { Alert, Anchor, Button, PasswordInput, Stack, Text } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useDocumentTitle } from "@mantine/hooks";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link, useLocation, useRouter } from "@tanstack/react-router";
import { fieldErrors } from "@/api/problem";
import { explain } from "@/parts/explain";
import { endSession, logOut, setPasswordByLink } from "@/api/session";
import { findUser } from "@/api/user";
import { LoginFrame } from "./LoginFrame";

const SHORTEST = 8;

/** Where the link of an invitation or a reset leads. */
export function SetPasswordPage() {
  useDocumentTitle("Set a password · Ringback");
  const token = useLocation({ select: ({ hash }) => new URLSearchParams(hash).get("token") });
  return (
    <LoginFrame title="Set your password">
      {token ? (
        <SetPasswordForm key={token} token={token} />
      ) : (
        <Alert color="red" variant="light" role="alert">
          This link is incomplete. Open it again as you got it, or ask your administrator for
          another one.
        </Alert>
      )}
      <Anchor component={Link} to="/login" size="sm" ta="center">
        I have a password already
      </Anchor>
    </LoginFrame>
  );
}

function SetPasswordForm({ token }: { token: string }) {
  const client = useQueryClient();
  const router = useRouter();
  const form = useForm({
    initialValues: { password: "", again: "" },
    validate: {
      password: (password) =>
        password.length >= SHORTEST ? null : `Take ${SHORTEST} characters or more.`,
      again: (again, { password }) => (again === password ? null : "Passwords don't match."),
    },
  });
  const set = useMutation({
    mutationFn: async ({ password }: typeof form.values) => {
      await setPasswordByLink(token, password);
      // Whoever is still logged in here may be somebody else.
      if (await findUser()) await logOut();
    },
    onSuccess: async () => {
      endSession(client);
      await router.navigate({ to: "/login", search: { reason: "password-set" }, replace: true });
    },
    onError: (error) => form.setErrors(fieldErrors(error)),
  });
  return (
    <form onSubmit={form.onSubmit((values) => set.mutate(values))} noValidate>
      <Stack gap="md">
        <Text size="sm" c="dimmed">
          The link works once. Then you log in with your e-mail address and this password.
        </Text>
        {set.error && Object.keys(form.errors).length === 0 && (
          <Alert color="red" variant="light" role="alert" title={explain(set.error).title}>
            {explain(set.error).detail}
          </Alert>
        )}
        <PasswordInput
          label="New password"
          description={`${SHORTEST} characters or more.`}
          autoComplete="new-password"
          size="md"
          {...form.getInputProps("password")}
        />
        <PasswordInput
          label="Once more"
          autoComplete="new-password"
          size="md"
          {...form.getInputProps("again")}
        />
        <Button type="submit" size="md" fullWidth loading={set.isPending}>
          Set the password
        </Button>
      </Stack>
    </form>
  );
}
