/** A record schema as the list of fields that people edit, and back, with nothing lost. */

export type Schema = Record<string, unknown>;

export const KINDS = [
  "text",
  "choice",
  "integer",
  "number",
  "boolean",
  "date",
  "date-time",
  "time",
  "email",
  "phone",
  "uri",
  "list",
  "object",
] as const;
export type Kind = (typeof KINDS)[number];

export const KIND_LABELS: Record<Kind, string> = {
  text: "Text",
  choice: "One of several",
  integer: "Whole number",
  number: "Number",
  boolean: "Yes or no",
  date: "Date",
  "date-time": "Date and time",
  time: "Time",
  email: "E-mail address",
  phone: "Phone number",
  uri: "Web address",
  list: "List",
  object: "Group of fields",
};

export interface Field {
  /** For the page alone: tells fields apart while their names change. */
  key: number;
  name: string;
  kind: Kind;
  description: string;
  /** Whether the record is only valid with it. */
  required: boolean;
  nullable: boolean;
  options: string[];
  /** What a list has, or the fields of a group. */
  children: Field[];
  /** Keywords that have no input of their own, such as `pattern`. */
  rest: Schema;
}

/** Whether a record without a value here is not valid. */
export function isNeeded({ required, nullable }: Field): boolean {
  return required && !nullable;
}

/** The field, needed or not: what is needed cannot be empty, and what is not may be. */
export function withNeed(field: Field, isNeeded: boolean): Field {
  return { ...field, required: isNeeded, nullable: !isNeeded };
}

/** What a schema says of a field that neither is needed nor may simply be empty; null: nothing. */
export function needHint({ required, nullable }: Field): string | null {
  if (required && nullable)
    return "Its schema has it in every record, yet lets it be empty: a record without a value is valid.";
  if (!required && !nullable)
    return "Its schema lets it be left out, yet not be empty: a record without it is valid.";
  return null;
}

const FORMATS = new Set<string>(["date", "date-time", "time", "email", "phone", "uri"]);
let keys = 0;

export function newField(name = "", kind: Kind = "text"): Field {
  return {
    key: (keys += 1),
    name,
    kind,
    description: "",
    required: false,
    nullable: true,
    options: kind === "choice" ? [""] : [],
    children: kind === "list" ? [newField("item")] : [],
    rest: {},
  };
}

/** The fields of an object's schema. */
export function readFields(schema: Schema | null | undefined): Field[] {
  const properties = (schema?.properties ?? {}) as Record<string, Schema>;
  const required = new Set((schema?.required as string[] | undefined) ?? []);
  return Object.entries(properties).map(([name, field]) =>
    readField(name, field, required.has(name)),
  );
}

function readField(name: string, written: Schema, required: boolean): Field {
  const { schema, nullable } = withoutNull(written);
  const kind = kindOf(schema);
  const { description, format, enum: options, items, properties } = schema;
  const rest = without(schema, [
    "type",
    "description",
    "format",
    "enum",
    "items",
    "properties",
    "required",
  ]);
  return {
    key: (keys += 1),
    name,
    kind,
    description: typeof description === "string" ? description : "",
    required,
    nullable,
    options: kind === "choice" ? (options as unknown[]).filter(isText) : [],
    children:
      kind === "list"
        ? [readField("item", (items ?? { type: "string" }) as Schema, false)]
        : kind === "object"
          ? readFields(schema)
          : [],
    rest: {
      ...rest,
      // A choice among numbers has no input of its own.
      ...(kind !== "choice" && options !== undefined && { enum: options }),
      ...(format !== undefined && format !== kind && { format }),
      ...(kind !== "object" && properties !== undefined && { properties }),
    },
  };
}

/** A field that may be null is written with a list of types, or with `anyOf`. */
function withoutNull(written: Schema): { schema: Schema; nullable: boolean } {
  if (Array.isArray(written.anyOf)) {
    const { anyOf, ...outer } = written;
    const options = anyOf as Schema[];
    const other = options.find((option) => option.type !== "null") ?? {};
    return { schema: { ...other, ...outer }, nullable: options.length > 1 };
  }
  if (Array.isArray(written.type)) {
    const types = written.type as string[];
    const type = types.find((each) => each !== "null") ?? "string";
    return { schema: { ...written, type }, nullable: types.includes("null") };
  }
  return { schema: written, nullable: false };
}

function kindOf({ type, format, enum: options }: Schema): Kind {
  if (type === "string" && Array.isArray(options)) return "choice";
  if (type === "string" && typeof format === "string" && FORMATS.has(format)) return format as Kind;
  if (type === "array") return "list";
  if (type === "object" || type === "integer" || type === "number" || type === "boolean")
    return type;
  return "text";
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

/** The schema of these fields; what `base` says beside them stays. */
export function writeSchema(fields: Field[], base: Schema | null = null): Schema {
  const required = fields.filter((field) => field.required).map((field) => field.name);
  return {
    ...without(base ?? {}, ["required"]),
    type: "object",
    properties: Object.fromEntries(fields.map((field) => [field.name, writeField(field)])),
    ...(required.length > 0 && { required }),
  };
}

export function writeField(field: Field): Schema {
  const type = typeOf(field.kind);
  const [item] = field.children;
  const options = field.options.filter((option) => option !== "");
  const own: Schema = {
    type: field.nullable ? [type, "null"] : type,
    ...(field.description && { description: field.description }),
    ...(field.kind === "choice" && { enum: field.nullable ? [...options, null] : options }),
    ...(FORMATS.has(field.kind) && { format: field.kind }),
    // What is in a list is there: only fields may be empty.
    ...(field.kind === "list" && item && { items: writeField({ ...item, nullable: false }) }),
  };
  if (field.kind !== "object") return { ...field.rest, ...own };
  const { properties, required } = writeSchema(field.children);
  return { ...field.rest, ...own, properties, ...(required !== undefined && { required }) };
}

function typeOf(kind: Kind): string {
  if (kind === "list") return "array";
  if (kind === "integer" || kind === "number" || kind === "boolean" || kind === "object")
    return kind;
  return "string";
}

/** The field with another kind; what only the old one had goes. */
export function withKind(field: Field, kind: Kind): Field {
  const { key, description, required, nullable } = field;
  const kept = ["title", "x-said-by"].filter((keyword) => keyword in field.rest);
  const rest = Object.fromEntries(kept.map((keyword) => [keyword, field.rest[keyword]]));
  return { ...newField(field.name, kind), key, description, required, nullable, rest };
}

function without(schema: Schema, keywords: string[]): Schema {
  return Object.fromEntries(Object.entries(schema).filter(([name]) => !keywords.includes(name)));
}

export function moved<T>(list: readonly T[], index: number, by: -1 | 1): T[] {
  const copy = [...list];
  const [item] = copy.splice(index, 1);
  if (item !== undefined) copy.splice(Math.max(0, Math.min(copy.length, index + by)), 0, item);
  return copy;
}

const NAME = /^[A-Za-z][A-Za-z0-9_]{0,63}$/;

/** What is wrong with a field's name among its siblings; null: nothing. */
export function nameProblem(field: Field, siblings: readonly Field[]): string | null {
  if (!NAME.test(field.name)) return "A letter first, then letters, digits and underscores.";
  if (siblings.some((other) => other !== field && other.name === field.name))
    return "Another field has this name.";
  return null;
}

/** Whether all names are fit to be written, at every depth. */
export function isWritable(fields: readonly Field[]): boolean {
  return fields.every(
    (field) =>
      nameProblem(field, fields) === null &&
      isWritable(field.kind === "list" ? [] : field.children) &&
      (field.kind !== "list" || isWritable(field.children[0]?.children ?? [])),
  );
}
