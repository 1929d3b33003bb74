import { Text, TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";

interface Props {
  searched: string;
  count: number;
  /** Which of the matches is looked at, from 0. */
  at: number;
  onSearch: (text: string) => void;
  onGo: (by: 1 | -1) => void;
}

/** Enter goes to the next match, Shift and Enter to the one before. */
export function TranscriptSearch({ searched, count, at, onSearch, onGo }: Props) {
  return (
    <TextInput
      size="xs"
      aria-label="Search the transcript"
      placeholder="Search"
      leftSection={<IconSearch size={14} aria-hidden />}
      rightSectionWidth={72}
      rightSection={
        searched.trim() && (
          <Text size="xs" c="dimmed" role="status">
            {count === 0 ? "none" : `${at + 1} of ${count}`}
          </Text>
        )
      }
      value={searched}
      onChange={(event) => onSearch(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key === "Enter" && count > 0) onGo(event.shiftKey ? -1 : 1);
      }}
    />
  );
}
