import { Alert, Card, Group, SegmentedControl, Text, Title } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { JsonField } from "@/parts/JsonField";
import { RecordFields } from "./RecordFields";
import type { Refusal } from "./refusals";
import { type Field, isWritable, readFields, type Schema, writeSchema } from "./recordFields";

/** What was refused of the schema: a path below it, and why. */

interface Props {
  title: string;
  description: string;
  schema: Schema | null;
  isReadOnly: boolean;
  refusals: Refusal[];
  children?: ReactNode;
  onChange: (schema: Schema | null) => void;
}

/** What is written down of calls: fields by hand, or their JSON Schema. */
export function SchemaEditor(props: Props) {
  const { title, description, schema, isReadOnly, refusals, children, onChange } = props;
  const [view, setView] = useState("fields");
  return (
    <Card>
      <Group justify="space-between" mb="md">
        <div>
          <Title order={2}>{title}</Title>
          <Text size="sm" c="dimmed" mt={2}>
            {description}
          </Text>
        </div>
        <SegmentedControl
          value={view}
          onChange={setView}
          aria-label="How to edit"
          data={[
            { value: "fields", label: "Fields" },
            { value: "schema", label: "JSON Schema" },
          ]}
        />
      </Group>
      {refusals.map(([path, message]) => (
        <Alert key={path} color="red" variant="light" mb="sm" p="sm" role="alert">
          <span className="mono">{path || "The schema"}</span>: {message}
        </Alert>
      ))}
      {view === "fields" ? (
        <Builder schema={schema} isReadOnly={isReadOnly} onChange={onChange} />
      ) : (
        <JsonField label="JSON Schema" value={schema} isReadOnly={isReadOnly} onChange={onChange} />
      )}
      {children}
    </Card>
  );
}

function Builder({
  schema,
  isReadOnly,
  onChange,
}: Pick<Props, "schema" | "isReadOnly" | "onChange">) {
  // While a name is being typed it may be none, and cannot be in the schema.
  const [fields, setFields] = useState<Field[]>(() => readFields(schema));
  const [written, setWritten] = useState<Schema | null>(schema);
  if (schema !== written) {
    setWritten(schema);
    setFields(readFields(schema));
  }
  const change = (next: Field[]) => {
    setFields(next);
    if (!isWritable(next)) return;
    const changed = next.length === 0 ? null : writeSchema(next, schema);
    setWritten(changed);
    onChange(changed);
  };
  return (
    <RecordFields
      fields={fields}
      isReadOnly={isReadOnly}
      onChange={change}
      addLabel="Add a field"
    />
  );
}
