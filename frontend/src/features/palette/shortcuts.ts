export interface Shortcut {
  keys: string[];
  what: string;
}

/** All shortcuts there are, by where they work. The list of "?" shows them. */
export const SHORTCUTS: Record<string, Shortcut[]> = {
  Everywhere: [
    { keys: ["Ctrl or ⌘", "K"], what: "Find a page, a call or an agent" },
    { keys: ["?"], what: "Show this list" },
  ],
  Review: [
    { keys: ["J"], what: "Next in the queue" },
    { keys: ["K"], what: "Previous in the queue" },
    { keys: ["N"], what: "Next problem" },
    { keys: ["P"], what: "Previous problem" },
    { keys: ["E"], what: "Edit the field, or override the verdict" },
    { keys: ["A"], what: "Approve, or save what was changed" },
    { keys: ["O"], what: "Open the call" },
  ],
};
