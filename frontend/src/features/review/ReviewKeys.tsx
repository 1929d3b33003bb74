import { Group, Kbd, Text } from "@mantine/core";

interface Props {
  /** What N and P go to. */
  problem: string;
  /** What E does. */
  edit: string;
}

/** The keys that work a queue, where there is a keyboard. */
export function ReviewKeys({ problem, edit }: Props) {
  return (
    <Group gap="md" visibleFrom="md">
      {[
        ["?", "all shortcuts"],
        ["J", "next"],
        ["K", "previous"],
        ["N", `next ${problem}`],
        ["P", `previous ${problem}`],
        ["E", edit],
        ["A", "approve or save"],
        ["O", "open call"],
      ].map(([key, what]) => (
        <Text key={key} size="xs" c="dimmed">
          <Kbd size="xs">{key}</Kbd> {what}
        </Text>
      ))}
    </Group>
  );
}
