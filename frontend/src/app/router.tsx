import type { QueryClient } from "@tanstack/react-query";
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from "@tanstack/react-router";
import { isTab, type Tab } from "@/pages/agents/editor/tabs";
import type { QueueFilters } from "@/api/review";
import { readSearch } from "@/api/search";
import { readCallSearch } from "@/pages/call/search";
import { readCallFilters } from "@/features/call-list/filters";
import { isLoginReason, type LoginReason } from "@/pages/login/reasons";
import { isPolicyTab, type PolicyTab } from "@/pages/quality/policies/policyTabs";
import { readReportSearch } from "@/pages/quality/reports/span";
import { readInsightsSearch } from "@/pages/insights/search";
import { readReviewSearch } from "@/pages/quality/review/search";
import { readQueueFilters } from "@/pages/review/filters";
import { isSection, type Section } from "@/pages/settings/sections";
import { ErrorPage } from "./ErrorPage";
import { NotFoundPage } from "./NotFoundPage";
import { PageLoading } from "./PageLoading";
import { safeNext, sessionQuery } from "@/api/session";
import { findUser } from "@/api/user";
import { Shell } from "@/app/shell/Shell";

interface RouterContext {
  queryClient: QueryClient;
}

/**
 * A page's code that could not be fetched: when nothing answers, that is the error. Else there is a
 * newer version, for which the router loads the page anew.
 */
function reachable<T>(load: () => Promise<T>): () => Promise<T> {
  return () =>
    load().catch(async (error: unknown) => {
      await findUser();
      throw error;
    });
}

const root = createRootRouteWithContext<RouterContext>()({
  component: Outlet,
  notFoundComponent: NotFoundPage,
});

const login = createRoute({
  getParentRoute: () => root,
  path: "/login",
  validateSearch: (search): { next?: string; reason?: LoginReason } => ({
    ...(typeof search.next === "string" && { next: safeNext(search.next) }),
    ...(isLoginReason(search.reason) && { reason: search.reason }),
  }),
  beforeLoad: async ({ context, search }) => {
    // Asked anew: another tab may have logged in.
    if (await context.queryClient.query({ ...sessionQuery, staleTime: 0 }))
      throw redirect({ href: safeNext(search.next) });
  },
  component: lazyRouteComponent(
    reachable(() => import("@/pages/login/LoginPage")),
    "LoginPage",
  ),
});

/** Where the link of an invitation or a reset leads: its secret is in the fragment. */
const setPassword = createRoute({
  getParentRoute: () => root,
  path: "/set-password",
  component: lazyRouteComponent(
    reachable(() => import("@/pages/login/SetPasswordPage")),
    "SetPasswordPage",
  ),
});

/** Everything behind the login. */
const app = createRoute({
  getParentRoute: () => root,
  id: "app",
  beforeLoad: async ({ context, location }) => {
    if (!(await context.queryClient.query({ ...sessionQuery, staleTime: "static" })))
      throw redirect({ to: "/login", search: { next: location.href } });
  },
  component: Shell,
});

const board = createRoute({
  getParentRoute: () => app,
  path: "/",
  component: lazyRouteComponent(
    reachable(() => import("@/pages/board/BoardPage")),
    "BoardPage",
  ),
});

const calls = createRoute({
  getParentRoute: () => app,
  path: "/calls",
  validateSearch: readCallFilters,
  component: lazyRouteComponent(
    reachable(() => import("@/pages/calls/CallsPage")),
    "CallsPage",
  ),
});

const call = createRoute({
  getParentRoute: () => app,
  path: "/calls/$callId",
  validateSearch: readCallSearch,
  component: lazyRouteComponent(
    reachable(() => import("@/pages/call/CallPage")),
    "CallPage",
  ),
});

const search = createRoute({
  getParentRoute: () => app,
  path: "/search",
  validateSearch: readSearch,
  component: lazyRouteComponent(
    reachable(() => import("@/pages/search/SearchPage")),
    "SearchPage",
  ),
});

const insights = createRoute({
  getParentRoute: () => app,
  path: "/insights",
  validateSearch: readInsightsSearch,
  component: lazyRouteComponent(
    reachable(() => import("@/pages/insights/InsightsPage")),
    "InsightsPage",
  ),
});

const monitor = createRoute({
  getParentRoute: () => app,
  path: "/monitor",
  component: lazyRouteComponent(
    reachable(() => import("@/pages/monitor/MonitorPage")),
    "MonitorPage",
  ),
});

const recordings = createRoute({
  getParentRoute: () => app,
  path: "/recordings",
  component: lazyRouteComponent(
    reachable(() => import("@/pages/recordings/RecordingsPage")),
    "RecordingsPage",
  ),
});

const agents = createRoute({
  getParentRoute: () => app,
  path: "/agents",
  component: lazyRouteComponent(
    reachable(() => import("@/pages/agents/list/AgentsPage")),
    "AgentsPage",
  ),
});

const agent = createRoute({
  getParentRoute: () => app,
  path: "/agents/$agentId",
  validateSearch: (search): { tab?: Tab } => ({ ...(isTab(search.tab) && { tab: search.tab }) }),
  component: lazyRouteComponent(
    reachable(() => import("@/pages/agents/editor/AgentPage")),
    "AgentPage",
  ),
});

const backtests = createRoute({
  getParentRoute: () => app,
  path: "/backtests",
  validateSearch: (search): { agent?: string } => ({
    ...(typeof search.agent === "string" && { agent: search.agent }),
  }),
  component: lazyRouteComponent(
    reachable(() => import("@/pages/backtests/BacktestsPage")),
    "BacktestsPage",
  ),
});

const backtest = createRoute({
  getParentRoute: () => app,
  path: "/backtests/$backtestId",
  component: lazyRouteComponent(
    reachable(() => import("@/pages/backtests/BacktestPage")),
    "BacktestPage",
  ),
});

const review = createRoute({
  getParentRoute: () => app,
  path: "/review",
  validateSearch: (search): QueueFilters & { call?: string } => ({
    ...readQueueFilters(search),
    ...(typeof search.call === "string" && { call: search.call }),
  }),
  component: lazyRouteComponent(
    reachable(() => import("@/pages/review/ReviewPage")),
    "ReviewPage",
  ),
});

const quality = createRoute({
  getParentRoute: () => app,
  path: "/quality",
  validateSearch: readReportSearch,
  component: lazyRouteComponent(
    reachable(() => import("@/pages/quality/reports/ReportsPage")),
    "ReportsPage",
  ),
});

const qualityReview = createRoute({
  getParentRoute: () => app,
  path: "/quality/review",
  validateSearch: readReviewSearch,
  component: lazyRouteComponent(
    reachable(() => import("@/pages/quality/review/QualityReviewPage")),
    "QualityReviewPage",
  ),
});

const policies = createRoute({
  getParentRoute: () => app,
  path: "/quality/policies",
  component: lazyRouteComponent(
    reachable(() => import("@/pages/quality/policies/PoliciesPage")),
    "PoliciesPage",
  ),
});

const policy = createRoute({
  getParentRoute: () => app,
  path: "/quality/policies/$policyId",
  validateSearch: (search): { tab?: PolicyTab } => ({
    ...(isPolicyTab(search.tab) && { tab: search.tab }),
  }),
  component: lazyRouteComponent(
    reachable(() => import("@/pages/quality/policies/PolicyPage")),
    "PolicyPage",
  ),
});

const calibrations = createRoute({
  getParentRoute: () => app,
  path: "/quality/calibrations",
  component: lazyRouteComponent(
    reachable(() => import("@/pages/quality/calibration/CalibrationsPage")),
    "CalibrationsPage",
  ),
});

const calibration = createRoute({
  getParentRoute: () => app,
  path: "/quality/calibrations/$calibrationId",
  validateSearch: (search): { call?: string } => ({
    ...(typeof search.call === "string" && { call: search.call }),
  }),
  component: lazyRouteComponent(
    reachable(() => import("@/pages/quality/calibration/CalibrationPage")),
    "CalibrationPage",
  ),
});

const campaigns = createRoute({
  getParentRoute: () => app,
  path: "/campaigns",
  component: lazyRouteComponent(
    reachable(() => import("@/pages/campaigns/CampaignsPage")),
    "CampaignsPage",
  ),
});

const campaign = createRoute({
  getParentRoute: () => app,
  path: "/campaigns/$campaignId",
  component: lazyRouteComponent(
    reachable(() => import("@/pages/campaigns/CampaignPage")),
    "CampaignPage",
  ),
});

const destinations = createRoute({
  getParentRoute: () => app,
  path: "/destinations",
  component: lazyRouteComponent(
    reachable(() => import("@/pages/destinations/DestinationsPage")),
    "DestinationsPage",
  ),
});

const destination = createRoute({
  getParentRoute: () => app,
  path: "/destinations/$destinationId",
  component: lazyRouteComponent(
    reachable(() => import("@/pages/destinations/DestinationPage")),
    "DestinationPage",
  ),
});

const settings = createRoute({
  getParentRoute: () => app,
  path: "/settings",
  validateSearch: (search): { section?: Section } => ({
    ...(isSection(search.section) && { section: search.section }),
  }),
  component: lazyRouteComponent(
    reachable(() => import("@/pages/settings/SettingsPage")),
    "SettingsPage",
  ),
});

const routes = root.addChildren([
  login,
  setPassword,
  app.addChildren([
    board,
    calls,
    call,
    search,
    insights,
    monitor,
    recordings,
    agents,
    agent,
    backtests,
    backtest,
    review,
    quality,
    qualityReview,
    policies,
    policy,
    calibrations,
    calibration,
    campaigns,
    campaign,
    destinations,
    destination,
    settings,
  ]),
]);

export function createAppRouter(queryClient: QueryClient) {
  return createRouter({
    routeTree: routes,
    context: { queryClient },
    defaultPreload: "intent",
    defaultPendingComponent: PageLoading,
    defaultErrorComponent: ErrorPage,
    defaultNotFoundComponent: NotFoundPage,
    scrollRestoration: true,
  });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}
