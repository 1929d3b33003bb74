import { Stack } from "@mantine/core";
import { Disclosures } from "./Disclosures";
import { Erasures } from "./Erasures";
import { Holds } from "./Holds";
import { Periods } from "./Periods";

/** For how long what is kept, what must stay, and what is gone. */
export function Retention() {
  return (
    <Stack>
      <Periods />
      <Holds />
      <Erasures />
      <Disclosures />
    </Stack>
  );
}
