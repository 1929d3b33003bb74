import "@/app/theme/global.css";
import { localStorageColorSchemeManager, MantineProvider } from "@mantine/core";
import { Notifications } from "@mantine/notifications";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { createQueryClient } from "@/api/queries";
import { createAppRouter } from "./router";
import { endSession, watchForEnd } from "@/api/session";
import { cssVariables, theme } from "@/app/theme/theme";

const queryClient = createQueryClient();
const router = createAppRouter(queryClient);

watchForEnd(() => {
  const { pathname, href } = router.state.location;
  if (["/login", "/set-password"].includes(pathname)) return;
  endSession(queryClient);
  void router.navigate({ to: "/login", search: { next: href, reason: "ended" }, replace: true });
});

const root = document.getElementById("root");
if (!root) throw new Error("The page has no #root.");
createRoot(root).render(
  <StrictMode>
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariables}
      defaultColorScheme="auto"
      colorSchemeManager={localStorageColorSchemeManager({ key: "ringback-color-scheme" })}
    >
      <Notifications position="bottom-right" />
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);
