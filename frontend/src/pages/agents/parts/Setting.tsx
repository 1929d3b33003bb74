import { Text } from "@mantine/core";
import type { ReactNode } from "react";
import classes from "./Parts.module.css";

interface Props {
  label: string;
  description?: ReactNode;
  children: ReactNode;
}

/** One thing that can be set: what it is at the left, its inputs at the right. */
export function Setting({ label, description, children }: Props) {
  return (
    <div className={classes.setting} role="group" aria-label={label}>
      <div>
        <Text fw={560} size="sm">
          {label}
        </Text>
        {description && (
          <Text size="xs" c="dimmed" mt={2}>
            {description}
          </Text>
        )}
      </div>
      <div>{children}</div>
    </div>
  );
}
