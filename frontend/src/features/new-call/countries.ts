import {
  AsYouType,
  type CountryCode,
  getCountries,
  getCountryCallingCode,
  parsePhoneNumberFromString,
} from "libphonenumber-js/min";

/** Countries as options, by name in the viewer's language. */
export function countryOptions(locale?: string): { value: CountryCode; label: string }[] {
  const names = new Intl.DisplayNames(locale ? [locale] : navigator.languages, { type: "region" });
  return getCountries()
    .map((value) => ({
      value,
      label: `${names.of(value) ?? value} +${getCountryCallingCode(value)}`,
    }))
    .sort((one, other) => one.label.localeCompare(other.label));
}

/** The number as it looks while being typed; digits after a `+` name their own country. */
export function whileTyping(text: string, country: CountryCode): string {
  return new AsYouType(country).input(text);
}

/** The number in E.164, or why it is none. */
export function readNumber(
  text: string,
  country: CountryCode,
): { number: string } | { error: string } {
  if (!text.trim()) return { error: "Enter the number to call." };
  const parsed = parsePhoneNumberFromString(text, country);
  if (!parsed?.isPossible())
    return { error: "This is no phone number of that country. Start with + for another one." };
  return { number: parsed.number };
}

/** The viewer's country as the browser tells it, or the United States. */
export function homeCountry(language: string = navigator.language): CountryCode {
  const region = new Intl.Locale(language).maximize().region;
  return getCountries().find((country) => country === region) ?? "US";
}
