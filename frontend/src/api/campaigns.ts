import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "./client";
import type {
  SchemaCallerIdHealth,
  SchemaCampaignCreate,
  SchemaCampaignRead,
  SchemaCampaignUpdate,
  SchemaContactDetail,
  SchemaContactRead,
  SchemaContactsReport,
  SchemaContactState,
} from "./schema";

export type Campaign = SchemaCampaignRead;
export type Contact = SchemaContactRead;
export type ContactState = SchemaContactState;
export type ContactStory = SchemaContactDetail;
export type ContactsReport = SchemaContactsReport;
export type WantedCampaign = Pick<SchemaCampaignCreate, "name" | "agent_id"> &
  Partial<SchemaCampaignCreate>;
export type CampaignChanges = Partial<SchemaCampaignUpdate>;
export type CallerIdHealth = SchemaCallerIdHealth;
export type Step = "start" | "pause" | "resume" | "cancel";

const ofCampaign = (id: string) => ({ path: { campaign_id: id } });
// The feed tells of contacts as they finish; what runs meanwhile is looked at now and then.
const LOOK_AGAIN_MS = 3000;

export const campaignKeys = {
  all: ["campaigns"] as const,
  one: (id: string) => ["campaigns", id] as const,
};

export const campaignsQuery = infiniteQueryOptions({
  queryKey: [...campaignKeys.all, "list"],
  queryFn: ({ pageParam, signal }) => {
    const query = { limit: 50, cursor: pageParam };
    return unwrap(api.GET("/api/v1/campaigns", { params: { query }, signal }));
  },
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (page) => page.next_cursor ?? undefined,
});

export function campaignQuery(id: string) {
  return queryOptions({
    queryKey: campaignKeys.one(id),
    queryFn: ({ signal }) =>
      unwrap(api.GET("/api/v1/campaigns/{campaign_id}", { params: ofCampaign(id), signal })),
    refetchInterval: ({ state }) => (state.data?.status === "running" ? LOOK_AGAIN_MS : false),
  });
}

export function progressQuery(id: string) {
  return queryOptions({
    queryKey: [...campaignKeys.one(id), "progress"],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/api/v1/campaigns/{campaign_id}/progress", { params: ofCampaign(id), signal }),
      ),
  });
}

export function forecastQuery(id: string) {
  return queryOptions({
    queryKey: ["campaign-forecasts", id],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/api/v1/campaigns/{campaign_id}/forecast", { params: ofCampaign(id), signal }),
      ),
    staleTime: 60_000,
  });
}

/** How people answer the numbers that campaigns call from. */
export const numberHealthQuery = queryOptions({
  queryKey: ["number-health"],
  queryFn: ({ signal }) => unwrap(api.GET("/api/v1/number-health", { signal })),
  staleTime: 60_000,
});

export function contactsQuery(id: string, state: ContactState | "attention" | null) {
  return infiniteQueryOptions({
    queryKey: [...campaignKeys.one(id), "contacts", state],
    queryFn: ({ pageParam, signal }) => {
      const page = { limit: 50, cursor: pageParam };
      if (state === "attention") {
        const params = { ...ofCampaign(id), query: page };
        return unwrap(api.GET("/api/v1/campaigns/{campaign_id}/attention", { params, signal }));
      }
      const params = { ...ofCampaign(id), query: { ...page, ...(state && { state }) } };
      return unwrap(api.GET("/api/v1/campaigns/{campaign_id}/contacts", { params, signal }));
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
  });
}

export function storyQuery(id: string, contactId: string) {
  return queryOptions({
    queryKey: [...campaignKeys.one(id), "contact", contactId],
    queryFn: ({ signal }) => {
      const params = { path: { campaign_id: id, contact_id: contactId } };
      return unwrap(
        api.GET("/api/v1/campaigns/{campaign_id}/contacts/{contact_id}", { params, signal }),
      );
    },
  });
}

export function createCampaign(body: WantedCampaign): Promise<Campaign> {
  // What is left out has a default, which the description calls required in answers.
  return unwrap(api.POST("/api/v1/campaigns", { body: body as SchemaCampaignCreate }));
}

/** Changes what is given, and leaves the rest as it is. */
export function changeCampaign(id: string, changes: CampaignChanges): Promise<Campaign> {
  const body = changes as SchemaCampaignUpdate;
  return unwrap(api.PATCH("/api/v1/campaigns/{campaign_id}", { params: ofCampaign(id), body }));
}

export function steer(id: string, step: Step): Promise<Campaign> {
  const params = ofCampaign(id);
  switch (step) {
    case "start":
      return unwrap(api.POST("/api/v1/campaigns/{campaign_id}/start", { params }));
    case "pause":
      return unwrap(api.POST("/api/v1/campaigns/{campaign_id}/pause", { params }));
    case "resume":
      return unwrap(api.POST("/api/v1/campaigns/{campaign_id}/resume", { params }));
    case "cancel":
      return unwrap(api.POST("/api/v1/campaigns/{campaign_id}/cancel", { params }));
  }
}

export function pauseAll(): Promise<unknown> {
  return unwrap(api.POST("/api/v1/campaigns/pause"));
}

export function retryContact(id: string, contactId: string): Promise<Contact> {
  const params = { path: { campaign_id: id, contact_id: contactId } };
  return unwrap(
    api.POST("/api/v1/campaigns/{campaign_id}/contacts/{contact_id}/retry", { params }),
  );
}

/** Sends a list as it is, and has each line checked; nothing is stored in a dry run. */
export function sendContacts(
  id: string,
  file: File,
  columns: Record<string, string>,
  dryRun: boolean,
): Promise<ContactsReport> {
  const column = Object.entries(columns).map(([name, target]) => `${name}=${target}`);
  const params = { ...ofCampaign(id), query: { dry_run: dryRun, column } };
  const headers = { "content-type": kindOf(file.name) };
  return unwrap(
    api.POST("/api/v1/campaigns/{campaign_id}/contacts", {
      params,
      headers,
      // The bytes as they are; the description has the contacts of JSON.
      body: file as never,
      bodySerializer: (sent: unknown) => sent as File,
    }),
  );
}

/** By its name: browsers call CSV whatever the machine's spreadsheet does. */
export function kindOf(name: string): string {
  if (name.toLowerCase().endsWith(".xlsx"))
    return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
  return name.toLowerCase().endsWith(".json") ? "application/json" : "text/csv";
}
