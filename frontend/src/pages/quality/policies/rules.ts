import type { Rule } from "@/api/policies";

interface Choice {
  value: Rule["kind"];
  label: string;
  /** The rule as it begins. */
  fresh: () => Rule;
}

/** What a rule can tell of a call without a model. */
export const RULES: Choice[] = [
  {
    value: "says_it_is_an_ai",
    label: "says that it is an AI",
    fresh: () => ({ kind: "says_it_is_an_ai", within_agent_turns: 2, phrases: [] }),
  },
  {
    value: "says_the_name",
    label: "says the company's name",
    fresh: () => ({ kind: "says_the_name", names: [], within_agent_turns: 2 }),
  },
  {
    value: "asks_to_record",
    label: "says that the call is recorded",
    fresh: () => ({ kind: "asks_to_record", within_agent_turns: 3, phrases: [] }),
  },
  {
    value: "longest_silence",
    label: "longest silence",
    fresh: () => ({ kind: "longest_silence", most_seconds: 8 }),
  },
  {
    value: "talk_share",
    label: "share of the talk",
    fresh: () => ({ kind: "talk_share", least_percent: 0, most_percent: 60 }),
  },
  {
    value: "interruptions",
    label: "interruptions",
    fresh: () => ({ kind: "interruptions", most: 2 }),
  },
  {
    value: "words_never_said",
    label: "words never to be said",
    fresh: () => ({ kind: "words_never_said", words: [] }),
  },
];
