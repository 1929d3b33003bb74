import type { UseFormReturnType } from "@mantine/form";
import type { Draft } from "@/api/drafts";

/** The draft as it is being edited. */
export type DraftValues = Draft;
export type DraftForm = UseFormReturnType<DraftValues>;
