import { type HotkeyItem, useHotkeys, useLocalStorage } from "@mantine/hooks";

/** Whether single keys do something. They can be in the way of speech input and other tools. */
export function useSingleKeys() {
  return useLocalStorage({
    key: "ringback-single-keys",
    defaultValue: true,
    getInitialValueInEffect: false,
  });
}

/** Shortcuts of one key without Ctrl or Alt: none while they are switched off. */
export function useKeys(keys: HotkeyItem[]): void {
  const [areOn] = useSingleKeys();
  useHotkeys(areOn ? keys : []);
}

/** Whether a dialog waits for an answer: keys are not for what is behind it. */
export function isAsked(): boolean {
  return document.querySelector("[role=dialog]") !== null;
}
