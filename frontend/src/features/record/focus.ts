/** Takes the keyboard to the next field that needs a person, or the one before; round in a circle. */
export function focusProblem(list: HTMLElement | null, by: 1 | -1): void {
  const rows = [...(list?.querySelectorAll<HTMLElement>("[data-problem]") ?? [])];
  const here = rows.findIndex((row) => row.contains(document.activeElement));
  const next = here === -1 ? (by === 1 ? 0 : rows.length - 1) : here + by;
  const row = rows.at(next % rows.length);
  const target =
    row?.querySelector<HTMLElement>("[data-proof]:not(:disabled)") ??
    row?.querySelector<HTMLElement>("[data-edit]");
  target?.focus();
  row?.scrollIntoView({ block: "center", behavior: "smooth" });
}

/** Opens the field the keyboard is at; else the first that needs a person. */
export function editFocused(list: HTMLElement | null): void {
  const row =
    document.activeElement?.closest<HTMLElement>("li") ??
    list?.querySelector<HTMLElement>("[data-problem]");
  const within = row && list?.contains(row) ? row : list?.querySelector("[data-problem]");
  within?.querySelector<HTMLElement>("[data-edit]")?.click();
}
