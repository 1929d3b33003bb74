const dollars = new Intl.NumberFormat(undefined, { style: "currency", currency: "USD" });
const finely = new Intl.NumberFormat(undefined, {
  style: "currency",
  currency: "USD",
  minimumFractionDigits: 2,
  maximumFractionDigits: 4,
});

/** Cents as dollars; below a dollar to a hundredth of a cent, since calls cost little. */
export function formatCents(cents: number): string {
  return (Math.abs(cents) < 100 ? finely : dollars).format(cents / 100);
}

/** A whole number in the viewer's style. */
export function formatCount(count: number): string {
  return new Intl.NumberFormat().format(count);
}
