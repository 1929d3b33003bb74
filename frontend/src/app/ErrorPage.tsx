import { Container } from "@mantine/core";
import { usePrevious } from "@mantine/hooks";
import { type ErrorComponentProps, useRouter } from "@tanstack/react-router";
import { useEffect } from "react";
import { Unreachable } from "@/api/problem";
import { useConnection } from "@/features/live/LiveProvider";
import { ErrorState } from "@/parts/ErrorState";

/** A page that failed as a whole. */
export function ErrorPage({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  const retry = () => {
    reset();
    void router.invalidate();
  };
  const connection = useConnection();
  const before = usePrevious(connection);
  const isBack = connection === "live" && before === "lost";
  useEffect(() => {
    if (isBack && error instanceof Unreachable) retry();
    // Once each time the connection is back.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [isBack]);
  return (
    <Container size="sm" py="xl">
      <ErrorState error={error} onRetry={retry} />
    </Container>
  );
}
