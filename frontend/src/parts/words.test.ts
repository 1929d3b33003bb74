import { expect, it } from "vitest";
import { asName } from "./words";

it.each([
  ["Delivery address", "delivery_address"],
  ["  Größe (cm) ", "gro_e_cm"],
  ["2nd stop", "n_2nd_stop"],
  ["loadNumber", "loadNumber"],
  ["load_number", "load_number"],
])("makes a name of %j", (label, name) => {
  expect(asName(label)).toBe(name);
});
