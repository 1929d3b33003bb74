/** The parts of the editor, and where each field is edited. */

/** Which tab a refused field is on. */
export function tabOf(field: string): Tab {
  const [first = ""] = field.split(".");
  return (FIELDS.find(([, fields]) => fields.has(first)) ?? (["conversation"] as const))[0];
}

export const TAB_LABELS = {
  conversation: "Conversation",
  voice: "Voice and turns",
  variables: "Variables",
  record: "Record",
  tools: "Tools",
  advanced: "Advanced",
  try: "Try it",
  history: "History",
} as const;

export type Tab = keyof typeof TAB_LABELS;

export const TABS = Object.keys(TAB_LABELS) as Tab[];

export function isTab(name: unknown): name is Tab {
  return typeof name === "string" && name in TAB_LABELS;
}

const FIELDS: [Tab, Set<string>][] = [
  [
    "conversation",
    new Set([
      "name",
      "language",
      "time_zone",
      "model",
      "prompt",
      "begin_message",
      "begin_message_delay_ms",
    ]),
  ],
  [
    "voice",
    new Set([
      "voice_id",
      "fallback_voice_ids",
      "voice_model",
      "voice_speed",
      "voice_temperature",
      "volume",
      "ambient_sound",
      "ambient_sound_volume",
      "responsiveness",
      "interruption_sensitivity",
      "enable_backchannel",
      "backchannel_frequency",
      "backchannel_words",
      "reminder_trigger_ms",
      "reminder_max_count",
      "end_call_after_silence_ms",
      "max_call_duration_ms",
      "ring_duration_ms",
      "voicemail_option",
    ]),
  ],
  ["variables", new Set(["variables"])],
  ["record", new Set(["record_schema", "extraction_instructions", "extraction_model"])],
  ["tools", new Set(["tools"])],
  [
    "advanced",
    new Set([
      "tags",
      "from_number",
      "boosted_keywords",
      "pronunciation_dictionary",
      "allow_user_dtmf",
      "user_dtmf_options",
      "transcript_updates",
      "data_storage_setting",
      "data_storage_retention_days",
      "opt_in_signed_url",
      "signed_url_expiration_ms",
      "retell_overrides",
    ]),
  ],
];

/** How many fields of each tab were refused. */
export function refusalsByTab(errors: Record<string, unknown>): Partial<Record<Tab, number>> {
  const found: Partial<Record<Tab, number>> = {};
  for (const field of Object.keys(errors)) {
    const tab = tabOf(field);
    found[tab] = (found[tab] ?? 0) + 1;
  }
  return found;
}
