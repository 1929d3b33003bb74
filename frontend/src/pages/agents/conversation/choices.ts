/** What is offered in lists. Anything else that the service takes may be typed or stays as it is. */

export const LANGUAGES = [
  "en-US",
  "en-GB",
  "en-AU",
  "en-IN",
  "en-NZ",
  "es-ES",
  "es-419",
  "fr-FR",
  "fr-CA",
  "de-DE",
  "it-IT",
  "pt-BR",
  "pt-PT",
  "nl-NL",
  "pl-PL",
  "sv-SE",
  "da-DK",
  "no-NO",
  "fi-FI",
  "cs-CZ",
  "ro-RO",
  "hu-HU",
  "el-GR",
  "bg-BG",
  "uk-UA",
  "ru-RU",
  "tr-TR",
  "ar-SA",
  "he-IL",
  "hi-IN",
  "ja-JP",
  "ko-KR",
  "zh-CN",
  "yue-CN",
  "th-TH",
  "vi-VN",
  "id-ID",
  "ms-MY",
];

const names = new Intl.DisplayNames(undefined, { type: "language" });

export function languageLabel(locale: string): string {
  try {
    return names.of(locale) ?? locale;
  } catch {
    return locale;
  }
}

export const MODELS = [
  "gpt-5.4",
  "gpt-5.4-mini",
  "gpt-4.1",
  "claude-5.5-sonnet",
  "claude-4.5-haiku",
  "gemini-3.8-flash",
];

export const AMBIENCES = [
  { value: "coffee-shop", label: "Coffee shop" },
  { value: "convention-hall", label: "Convention hall" },
  { value: "summer-outdoor", label: "Outdoors in summer" },
  { value: "mountain-outdoor", label: "Outdoors in the mountains" },
  { value: "static-noise", label: "Static noise" },
  { value: "call-center", label: "Call center" },
];
