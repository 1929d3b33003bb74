import { Webhook } from "standardwebhooks";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import signed from "./signedDelivery.json";

beforeEach(() => {
  vi.useFakeTimers({ now: Number(signed.headers["webhook-timestamp"]) * 1000 });
});

afterEach(() => {
  vi.useRealTimers();
});

test.each(signed.secrets)("the official library verifies a delivery with each secret", (secret) => {
  const message = new Webhook(secret).verify(signed.body, signed.headers);
  expect(message).toMatchObject({ type: "call.ended" });
});

test("it refuses a body that was altered, and a secret of another", () => {
  const [secret = ""] = signed.secrets;
  expect(() => new Webhook(secret).verify(`${signed.body} `, signed.headers)).toThrow();
  const other = new Webhook("whsec_c29tZWJvZHkgZWxzZSdzIHNlY3JldA==");
  expect(() => other.verify(signed.body, signed.headers)).toThrow();
});
