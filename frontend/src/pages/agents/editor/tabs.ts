/** The parts of the editor, and where each field is edited. */

import { humanise } from "@/parts/words";

export const TAB_LABELS = {
  conversation: "Conversation",
  voice: "Voice and turn-taking",
  variables: "Variables",
  record: "Record",
  tools: "Tools",
  advanced: "Advanced",
  talk: "Chat",
  try: "Extraction test",
  history: "History",
  retell: "At Retell",
} as const;

/** In the order of work. */
export const TAB_GROUPS: Partial<Record<Tab, string>> = {
  conversation: "Build",
  talk: "Test",
  history: "Versions",
};

export type Tab = keyof typeof TAB_LABELS;

export function isTab(name: unknown): name is Tab {
  return typeof name === "string" && Object.hasOwn(TAB_LABELS, name);
}

/** What each field is called where it stands away from its tab. */
const FIELDS: [Tab, Record<string, string>][] = [
  [
    "conversation",
    {
      name: "Name",
      language: "Language",
      time_zone: "Time zone",
      model: "Model",
      prompt: "Prompt",
      begin_message: "Greeting",
      begin_message_delay_ms: "Pause before the first words",
    },
  ],
  [
    "voice",
    {
      voice_id: "Voice",
      fallback_voice_ids: "Voices to fall back on",
      voice_model: "Voice model",
      voice_speed: "Speed",
      voice_temperature: "Expressiveness",
      volume: "Volume",
      ambient_sound: "Background",
      ambient_sound_volume: "Background loudness",
      responsiveness: "Responsiveness",
      interruption_sensitivity: "Interruptions",
      enable_backchannel: "Backchannel",
      backchannel_frequency: "Backchannel: how often",
      backchannel_words: "Backchannel: words",
      reminder_trigger_ms: "Reminder after silence: after",
      reminder_max_count: "Reminder after silence: at most",
      end_call_after_silence_ms: "Ends when nobody speaks for",
      max_call_duration_ms: "Ends at the latest after",
      ring_duration_ms: "Ends when nobody answers for",
      voicemail_option: "When a voicemail answers",
    },
  ],
  ["variables", { variables: "Variables" }],
  [
    "record",
    {
      record_schema: "Record",
      extraction_instructions: "Instructions for the record",
      extraction_model: "Model that makes the record",
      proof: "What proves a value",
      transcriber: "Transcriber of recordings",
      transcribe_calls: "Transcribe calls here as well",
    },
  ],
  ["tools", { tools: "Tools" }],
  [
    "advanced",
    {
      tags: "Labels",
      from_number: "Number it calls from",
      boosted_keywords: "Words to listen for",
      pronunciation_dictionary: "Pronunciation",
      allow_user_dtmf: "Accept keypad input",
      user_dtmf_options: "Accept keypad input: how many",
      transcript_updates: "Live transcript",
      redact: "Redaction",
      keep_original: "Keep originals",
      data_storage_setting: "What Retell keeps",
      data_storage_retention_days: "For how long Retell keeps it (days)",
      opt_in_signed_url: "Recording links end",
      signed_url_expiration_ms: "Recording links end after",
      retell_overrides: "Other Retell settings",
    },
  ],
];

/** Which tab a refused field is on. */
export function tabOf(field: string): Tab {
  const [first = ""] = field.split(".");
  return (FIELDS.find(([, fields]) => first in fields) ?? (["conversation"] as const))[0];
}

/** What the editor calls a field. */
export function labelOf(field: string): string {
  return FIELDS.map(([, fields]) => fields[field]).find(Boolean) ?? humanise(field);
}
