/** Takes the keyboard to the next verdict that is doubtful, or the one before; round in a circle. */
export function focusDoubt(list: HTMLElement | null, by: 1 | -1): void {
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

/** Opens the criterion the keyboard is at; else the first that is doubtful, else the first. */
export function editFocused(list: HTMLElement | null): void {
  const here = document.activeElement?.closest<HTMLElement>("li");
  const row =
    (here && list?.contains(here) ? here : null) ??
    list?.querySelector<HTMLElement>("[data-problem]") ??
    list?.querySelector<HTMLElement>("li");
  row?.querySelector<HTMLElement>("[data-edit]")?.click();
}
