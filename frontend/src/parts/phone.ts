import { parsePhoneNumberFromString } from "libphonenumber-js/min";

/** An E.164 number in its country's usual grouping: `+1 415 555 0100`. */
export function formatPhone(number: string): string {
  return parsePhoneNumberFromString(number)?.formatInternational() ?? number;
}
