import { AskBeforeLeaving } from "@/parts/AskBeforeLeaving";
import { SaveBar } from "@/parts/drafts/SaveBar";
import type { Editor } from "./useEditor";

/** What is asked and offered while something of a draft is unsaved. */
export function Unsaved<Stored extends { name: string }>({ editor }: { editor: Editor<Stored> }) {
  const { form, base, isChanged, isReadOnly } = editor;
  return (
    <>
      {isChanged && !isReadOnly && (
        <SaveBar
          error={editor.error}
          isSaving={editor.isSaving}
          refusals={Object.keys(form.errors).length}
          onSave={editor.save}
          onOverwrite={editor.overwrite}
          onDiscard={editor.discard}
        />
      )}
      <AskBeforeLeaving isUnsaved={isChanged} onLeave={editor.forget}>
        {`What you changed of ${base.name} is not saved.`}
      </AskBeforeLeaving>
    </>
  );
}
