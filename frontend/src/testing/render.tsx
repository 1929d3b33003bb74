import { MantineProvider } from "@mantine/core";
import { Notifications } from "@mantine/notifications";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import {
  createMemoryHistory,
  createRootRoute,
  createRouter,
  RouterProvider,
} from "@tanstack/react-router";
import { render } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import type { ReactNode } from "react";
import { sessionQuery, type User } from "@/api/session";
import { UserContext } from "@/features/session/useUser";

const SOMEBODY: User = {
  id: "00000000-0000-7000-8000-000000000001",
  kind: "user",
  organisation: {
    id: "00000000-0000-7000-8000-000000000002",
    name: "Acme",
    slug: "acme",
  },
  created_at: "2026-11-01T08:00:00Z",
  name: "Robin",
  email: "robin@example.com",
  role: "manager",
};

/** Shows a component as the app would: styled, logged in, with an address and queries of its own. */
export async function show(component: ReactNode, user: Partial<User> = {}) {
  const person = { ...SOMEBODY, ...user };
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  client.setQueryData(sessionQuery.queryKey, person);
  const root = createRootRoute({
    component: () => <UserContext value={person}>{component}</UserContext>,
    notFoundComponent: () => null,
  });
  const router = createRouter({ routeTree: root, history: createMemoryHistory() });
  await router.load();
  const shown = render(
    <MantineProvider env="test">
      <Notifications />
      <QueryClientProvider client={client}>
        {/* Its addresses are not those of the app, which the types are of. */}
        <RouterProvider router={router as never} />
      </QueryClientProvider>
    </MantineProvider>,
  );
  return { ...shown, client, router, person: userEvent.setup() };
}
