import type { Colleague } from "@/api/people";

export interface Choice {
  value: string;
  label: string;
}

/** Whom something can be assigned to: oneself first, and whoever has it now. */
export function choicesOf(
  colleagues: readonly Colleague[],
  own: string,
  assigned: string | null,
): Choice[] {
  return colleagues
    .filter(({ id, is_active }) => is_active || id === assigned)
    .toSorted((one, other) => Number(other.id === own) - Number(one.id === own))
    .map(({ id, name, is_active }) => ({
      value: id,
      label: id === own ? `${name} (you)` : is_active ? name : `${name} (deactivated)`,
    }));
}

/** Whose calls are asked for: `me` is whoever looks, so that an address can be shared. */
export function filterChoicesOf(colleagues: readonly Colleague[], own: string): Choice[] {
  return [
    { value: "me", label: "Assigned to me" },
    { value: "nobody", label: "Assigned to nobody" },
    ...colleagues
      .filter(({ id, is_active }) => is_active && id !== own)
      .map(({ id, name }) => ({ value: id, label: name })),
  ];
}
