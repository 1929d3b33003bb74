import { Badge, Tabs } from "@mantine/core";
import type { ReactNode } from "react";
import classes from "./DraftTabs.module.css";

interface Props<Tab extends string> {
  labels: Record<Tab, string>;
  shown: Tab;
  /** What was refused, by field. */
  errors: Record<string, unknown>;
  /** Which tab a field is on. */
  tabOf: (field: string) => Tab;
  onShow: (tab: Tab) => void;
  /** What the tabs from one on are for, by that one: set apart, and named. */
  groups?: Partial<Record<Tab, string>>;
  /** The tabs' panels. */
  children: ReactNode;
}

/** The parts of an editor; each says how many of its fields were refused. */
export function DraftTabs<Tab extends string>(props: Props<Tab>) {
  const { labels, shown, errors, tabOf, onShow, groups, children } = props;
  const refused = Object.keys(errors).map(tabOf);
  return (
    <Tabs value={shown} onChange={(next) => next && onShow(next as Tab)} keepMounted={false}>
      <Tabs.List mb="lg" {...(groups && { className: classes.grouped })}>
        {Object.entries<string>(labels).map(([tab, label]) => {
          const count = refused.filter((each) => each === tab).length;
          return (
            <Tabs.Tab
              key={tab}
              value={tab}
              className={classes.tab}
              data-group={groups?.[tab as Tab]}
              rightSection={
                count > 0 && (
                  <Badge size="sm" color="red" circle aria-label={`${count} refused`}>
                    {count}
                  </Badge>
                )
              }
            >
              {label}
            </Tabs.Tab>
          );
        })}
      </Tabs.List>
      {children}
    </Tabs>
  );
}
