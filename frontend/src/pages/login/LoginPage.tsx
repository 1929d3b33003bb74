import { Alert, Button, PasswordInput, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useDocumentTitle } from "@mantine/hooks";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, useRouter } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { explain } from "@/parts/explain";
import { logIn, safeNext, sessionQuery } from "@/api/session";
import { LoginFrame } from "./LoginFrame";
import { sayReason } from "./reasons";

const route = getRouteApi("/login");

export function LoginPage() {
  useDocumentTitle("Log in · Ringback");
  const { next, reason } = route.useSearch();
  useGoingOn(safeNext(next));
  return (
    <LoginFrame title="Log in">
      {reason && (
        <Alert color="blue" variant="light" role="status">
          {sayReason(reason)}
        </Alert>
      )}
      <LoginForm />
    </LoginFrame>
  );
}

/** Goes on once somebody is logged in, be it by another tab. */
function useGoingOn(next: string) {
  const router = useRouter();
  const { data: user } = useQuery({
    ...sessionQuery,
    staleTime: 0,
    refetchOnMount: false,
    refetchOnWindowFocus: true,
  });
  useEffect(() => {
    if (user) void router.navigate({ href: next, replace: true });
  }, [user, router, next]);
}

function LoginForm() {
  const client = useQueryClient();
  const first = useRef<HTMLInputElement>(null);
  useEffect(() => first.current?.focus(), []);
  const form = useForm({
    initialValues: { email: "", password: "" },
    validate: {
      email: (email) => (/\S@\S/.test(email) ? null : "Enter your e-mail address."),
      password: (password) => (password ? null : "Enter your password."),
    },
  });
  const login = useMutation({
    mutationFn: ({ email, password }: typeof form.values) => logIn(email, password),
    onSuccess: (user) => client.setQueryData(sessionQuery.queryKey, user),
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
          ref={first}
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
        <Button type="submit" size="md" fullWidth loading={login.isPending || login.isSuccess}>
          Log in
        </Button>
      </Stack>
    </form>
  );
}
