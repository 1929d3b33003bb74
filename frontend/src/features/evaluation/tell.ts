import { notifications } from "@mantine/notifications";
import { explain } from "@/parts/explain";

/** Says what went wrong, where there is no place for it on the page. */
export function tell(error: Error): void {
  const { title, detail } = explain(error);
  notifications.show({ color: "red", title, message: detail, autoClose: 8000 });
}
