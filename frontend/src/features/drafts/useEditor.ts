import { useForm, type UseFormReturnType } from "@mantine/form";
import {
  type QueryExecuteOptions,
  type QueryKey,
  useMutation,
  useQueryClient,
} from "@tanstack/react-query";
import { useState } from "react";
import { fieldErrors } from "@/api/problem";
import { useIsManager } from "@/features/session/useUser";
import { forget, useKeeping, useUnsaved } from "./useUnsaved";

/** What is edited as a draft, and published as a version. */
interface Editable {
  id: string;
  name: string;
  draft_revision: number;
  archived_at: string | null;
}

interface Options<Stored extends Editable, Key extends QueryKey> {
  stored: Stored;
  /** What asks for it, and the key of all that shows something of it. */
  query: QueryExecuteOptions<Stored, Error, Stored, Stored, Key>;
  all: QueryKey;
  save: (id: string, changes: Partial<Stored>, revision: number | null) => Promise<Stored>;
  /** Called with the first field that a save was refused for. */
  onRefused: (field: string) => void;
}

export interface Editor<Stored> {
  form: UseFormReturnType<Stored>;
  /** What is stored, as of when the form was last filled with it. */
  base: Stored;
  isReadOnly: boolean;
  isChanged: boolean;
  isSaving: boolean;
  error: Error | null;
  /** Goes on from what is stored now. */
  take: (stored: Stored) => void;
  save: () => void;
  /** Saves whatever somebody else has changed meanwhile. */
  overwrite: () => void;
  discard: () => void;
  forget: () => void;
}

/** A draft as it is being edited: what is changed of it, and not saved, outlasts the page. */
export function useEditor<Stored extends Editable, Key extends QueryKey>(
  options: Options<Stored, Key>,
): Editor<Stored> {
  const { stored, query, all, onRefused } = options;
  const client = useQueryClient();
  const isReadOnly = !useIsManager() || stored.archived_at !== null;
  const unsaved = useUnsaved<Partial<Stored>>(stored.id);
  const kept = isReadOnly ? null : unsaved.kept;
  // What was kept belongs to the draft of its time: saving it tells when there is a newer one.
  const [base, setBase] = useState(kept ? { ...stored, draft_revision: kept.revision } : stored);
  const form = useForm<Stored>({ initialValues: { ...base, ...kept?.changes } });
  const changes = changesOf(base, form.values);
  const isChanged = Object.keys(changes).length > 0;
  useKeeping(unsaved.key, isChanged ? { revision: base.draft_revision, changes } : null);

  const take = (now: Stored) => {
    client.setQueryData<Stored>(query.queryKey, now);
    void client.invalidateQueries({ queryKey: all });
    setBase(now);
    form.setValues(now);
    form.clearErrors();
  };
  const save = useMutation({
    mutationFn: (revision: number | null) => options.save(base.id, changes, revision),
    onSuccess: take,
    onError: (error) => {
      const errors = fieldErrors(error);
      form.setErrors(errors);
      const [first] = Object.keys(errors);
      if (first) onRefused(first);
    },
  });
  const discard = async () => {
    save.reset();
    take(await client.query({ ...query, staleTime: 0 }));
  };
  return {
    form,
    base,
    isReadOnly,
    isChanged,
    isSaving: save.isPending,
    error: save.error,
    take,
    save: () => save.mutate(base.draft_revision),
    overwrite: () => save.mutate(null),
    discard: () => void discard(),
    forget: () => forget(unsaved.key),
  };
}

/** The fields that differ from what is stored: what a save has to send. */
function changesOf<Stored extends object>(before: Stored, now: Stored): Partial<Stored> {
  return Object.fromEntries(
    Object.entries(now).filter(
      ([name, value]) => JSON.stringify(value) !== JSON.stringify(before[name as keyof Stored]),
    ),
  ) as Partial<Stored>;
}
