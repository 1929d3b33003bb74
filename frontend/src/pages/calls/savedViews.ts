import { useLocalStorage } from "@mantine/hooks";
import type { CallFilters } from "@/api/callFilters";
import { readCallFilters } from "@/features/call-list/filters";

export interface SavedView {
  name: string;
  filters: CallFilters;
}

/** Named filters of this browser; a link to one is its address. */
export function useSavedViews() {
  const [stored, setStored] = useLocalStorage<SavedView[]>({
    key: "ringback-call-views",
    defaultValue: [],
  });
  const views = readViews(stored);
  return {
    views,
    save: (view: SavedView) => setStored(withView(views, view)),
    remove: (name: string) => setStored(views.filter((view) => view.name !== name)),
  };
}

/** What an older release or a hand has left there, as far as it makes sense. */
export function readViews(stored: unknown): SavedView[] {
  return [stored].flat().flatMap((view) => {
    if (typeof view !== "object" || view === null) return [];
    const { name, filters } = view as Record<string, unknown>;
    if (typeof name !== "string" || typeof filters !== "object" || filters === null) return [];
    return [{ name, filters: readCallFilters(filters as Record<string, unknown>) }];
  });
}

/** A view takes the place of another one of its name. */
export function withView(views: readonly SavedView[], view: SavedView): SavedView[] {
  return [...views.filter(({ name }) => name !== view.name), view];
}
