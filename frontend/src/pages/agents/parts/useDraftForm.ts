import { useForm, type UseFormReturnType } from "@mantine/form";
import type { Draft, DraftChanges } from "@/api/drafts";

export type DraftValues = Draft;
export type DraftForm = UseFormReturnType<DraftValues>;

/** The draft as it is being edited. */
export function useDraftForm(draft: Draft): DraftForm {
  return useForm<DraftValues>({ initialValues: draft, validateInputOnBlur: false });
}

/** The fields that differ from what is stored: what a save has to send. */
export function changesOf(before: Draft, now: DraftValues): DraftChanges {
  return Object.fromEntries(
    Object.entries(now).filter(
      ([name, value]) => JSON.stringify(value) !== JSON.stringify(before[name as keyof Draft]),
    ),
  );
}
