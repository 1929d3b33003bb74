/** A name from code as a label: `driver_name` becomes `Driver name`. */
export function humanise(name: string): string {
  const words = name
    .replaceAll("_", " ")
    .trim()
    .replaceAll(/[a-z]+/gi, (word) =>
      ABBREVIATIONS.has(word.toLowerCase()) ? word.toUpperCase() : word,
    );
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** What nobody reads as a word: of the trades that use this, and of computers. */
const ABBREVIATIONS = new Set(
  "api bol crm csv dob ein eta etd gps id ivr llm mc mrn npi oem po pod pto roi sla sms ssn url usd vin".split(
    " ",
  ),
);

/** How many of a thing: `1 call`, `2 calls`. */
export function count(n: number, thing: string): string {
  return `${n} ${thing}${n === 1 ? "" : "s"}`;
}

/** A label as a name for code: `Delivery address` becomes `delivery_address`. */
export function asName(label: string): string {
  const plain = label.normalize("NFD").replaceAll(/\p{M}/gu, "");
  const words = plain.replaceAll(/[^A-Za-z0-9_]+/g, "_").replaceAll(/^_+|_+$/g, "");
  const name = words === label ? words : words.toLowerCase();
  return /^\d/.test(name) ? `n_${name}` : name;
}
