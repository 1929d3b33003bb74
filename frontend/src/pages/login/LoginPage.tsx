import {
  Alert,
  Button,
  Card,
  Center,
  Group,
  PasswordInput,
  Stack,
  Text,
  TextInput,
  Title,
} from "@mantine/core";
import { useForm } from "@mantine/form";
import { useDocumentTitle } from "@mantine/hooks";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, useRouter } from "@tanstack/react-router";
import { explain } from "@/api/problem";
import { logIn, safeNext, sessionQuery } from "@/session/session";
import { Mark } from "@/shell/Mark";
import classes from "./LoginPage.module.css";

const route = getRouteApi("/login");

export function LoginPage() {
  useDocumentTitle("Log in · Ringback");
  const { next, ended } = route.useSearch();
  return (
    <Center mih="100dvh" p="md" className={classes.page} component="main">
      <Stack w="100%" maw={380} gap="lg">
        <Group gap="sm" justify="center" c="#fff">
          <Mark size={36} />
          <Text fw={650} fz={26} lts="-0.03em">
            Ringback
          </Text>
        </Group>
        <Card padding="xl" shadow="xl" className={classes.card}>
          <Stack gap="md">
            <Title order={1} fz={20}>
              Log in
            </Title>
            {ended && (
              <Alert color="blue" variant="light">
                Your session has ended. Log in again, and you are back where you were.
              </Alert>
            )}
            <LoginForm next={safeNext(next)} />
          </Stack>
        </Card>
      </Stack>
    </Center>
  );
}

function LoginForm({ next }: { next: string }) {
  const client = useQueryClient();
  const router = useRouter();
  const form = useForm({
    initialValues: { email: "", password: "" },
    validate: {
      email: (email) => (/\S@\S/.test(email) ? null : "Enter your e-mail address."),
      password: (password) => (password ? null : "Enter your password."),
    },
  });
  const login = useMutation({
    mutationFn: ({ email, password }: typeof form.values) => logIn(email, password),
    onSuccess: async (user) => {
      client.setQueryData(sessionQuery.queryKey, user);
      await router.navigate({ href: next, replace: true });
    },
    onError: () => form.setFieldValue("password", ""),
  });
  return (
    <form onSubmit={form.onSubmit((values) => login.mutate(values))} noValidate>
      <Stack gap="md">
        {login.error && (
          <Alert color="red" variant="light" role="alert">
            {explain(login.error).detail}
          </Alert>
        )}
        <TextInput
          label="E-mail"
          type="email"
          autoComplete="username"
          size="md"
          {...form.getInputProps("email")}
        />
        <PasswordInput
          label="Password"
          autoComplete="current-password"
          size="md"
          {...form.getInputProps("password")}
        />
        <Button type="submit" size="md" fullWidth loading={login.isPending}>
          Log in
        </Button>
      </Stack>
    </form>
  );
}
