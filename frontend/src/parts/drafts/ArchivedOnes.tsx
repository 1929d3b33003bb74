import { Button, Collapse, SimpleGrid } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconChevronDown, IconChevronRight } from "@tabler/icons-react";
import { type ReactNode, useId } from "react";

/** What is out of use, folded away below what is in use. */
export function ArchivedOnes({ count, children }: { count: number; children: ReactNode }) {
  const [isOpen, { toggle }] = useDisclosure(false);
  const id = useId();
  if (count === 0) return null;
  const Chevron = isOpen ? IconChevronDown : IconChevronRight;
  return (
    <>
      <Button
        variant="subtle"
        color="gray"
        mt="lg"
        leftSection={<Chevron size={17} aria-hidden />}
        aria-expanded={isOpen}
        aria-controls={id}
        onClick={toggle}
      >
        {count} archived
      </Button>
      <Collapse expanded={isOpen} id={id}>
        <SimpleGrid cols={{ base: 1, md: 2, xl: 3 }} spacing="md" mt="sm">
          {isOpen && children}
        </SimpleGrid>
      </Collapse>
    </>
  );
}
