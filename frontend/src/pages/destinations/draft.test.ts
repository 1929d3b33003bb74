import { expect, test } from "vitest";
import type { Destination } from "@/api/destinations";
import { draftOf, emptyDraft, isWhole, readFields, readHeaders, wantedOf } from "./draft";

const base = { ...emptyDraft("UTC"), name: " CRM " };

test("each kind is made of what was filled in for it, and of nothing else", () => {
  const webhook = wantedOf({ ...base, url: " https://a.example/h " });
  expect(webhook.config).toEqual({ url: "https://a.example/h", headers: null });
  expect(webhook.name).toBe("CRM");
  const mail = wantedOf({ ...base, kind: "email", to: "a@b.example, c@d.example" });
  expect(mail.config).toEqual({
    to: ["a@b.example", "c@d.example"],
    daily_at: null,
    time_zone: "UTC",
  });
  const store = wantedOf({ ...base, kind: "object_store", format: "parquet" });
  expect(store.config).toEqual({ format: "parquet" });
});

test("a password left empty is not sent, so that the one there is stays", () => {
  const wanted = wantedOf({ ...base, kind: "airflow", url: "https://a.example", dagId: "d" });
  expect(wanted.config).toMatchObject({ password: null, username: null, version: "3" });
});

test("a token stands in for user and password", () => {
  const airflow = { ...base, kind: "airflow" as const, url: "https://a.example", dagId: "d" };
  const wanted = wantedOf({ ...airflow, username: "ann", password: "before", token: "t-1" });
  expect(wanted.config).toMatchObject({ username: null, password: null, token: "t-1" });
});

test("who has ended the mails is shown, and not sent along", () => {
  const config = { to: ["a@b.example"], time_zone: "UTC", unsubscribed: ["a@b.example"] };
  const draft = draftOf(
    { kind: "email", name: "D", events: [], config } as unknown as Destination,
    "UTC",
  );
  expect(draft.unsubscribed).toEqual(["a@b.example"]);
  expect(wantedOf(draft).config).not.toHaveProperty("unsubscribed");
});

test("what is needed depends on the kind", () => {
  expect(isWhole(base)).toBe(false);
  expect(isWhole({ ...base, url: "https://a.example" })).toBe(true);
  expect(isWhole({ ...base, kind: "airflow", url: "https://a.example" })).toBe(false);
  expect(isWhole({ ...base, kind: "object_store" })).toBe(true);
  expect(isWhole({ ...base, kind: "object_store", name: " " })).toBe(false);
});

test("fields are everything, paths by line, or a form", () => {
  expect(readFields(" ")).toBeNull();
  expect(readFields("call.id\nrecord.data")).toEqual(["call.id", "record.data"]);
  expect(readFields('{"text": "{{record.data.eta}}"}')).toEqual({ text: "{{record.data.eta}}" });
  expect(() => readFields("{")).toThrow("not valid JSON");
});

test("headers are lines; the colon in a value stays", () => {
  expect(readHeaders("")).toBeNull();
  expect(readHeaders("X-Key: a:b\n\nY: 1")).toEqual({ "X-Key": "a:b", Y: "1" });
});

test("a destination that is opened to be changed is sent back as it is", () => {
  const destination = {
    kind: "email",
    name: "Dispatch",
    events: ["call.ended"],
    agent_ids: null,
    fields: ["call.id"],
    concurrency: 3,
    config: { to: ["a@b.example"], daily_at: "07:30", time_zone: "America/Denver" },
  } as unknown as Destination;
  const wanted = wantedOf(draftOf(destination, "UTC"));
  expect(wanted).toMatchObject({
    name: "Dispatch",
    fields: ["call.id"],
    concurrency: 3,
    config: { to: ["a@b.example"], daily_at: "07:30", time_zone: "America/Denver" },
  });
});

test("the states of records that were chosen stay when something else is changed", () => {
  const chosen = { ...base, url: "https://a.example", recordStatuses: ["valid" as const] };
  const wanted = wantedOf(chosen);
  expect(wanted.record_statuses).toEqual(["valid"]);
  const kept = draftOf({ ...wanted, agent_ids: null } as unknown as Destination, "UTC");
  expect(wantedOf(kept).record_statuses).toEqual(["valid"]);
});
