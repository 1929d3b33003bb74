import { VisuallyHidden } from "@mantine/core";
import { useRouterState } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";

/** After a change of page, says which it is, and takes those who work by keyboard to its heading. */
export function PageChange() {
  // Where one is, not where one is going: the page before stays until the next one is loaded.
  const pathname = useRouterState({ select: ({ resolvedLocation }) => resolvedLocation?.pathname });
  const before = useRef(pathname);
  const [name, setName] = useState("");
  useEffect(() => {
    const isFirst = before.current === undefined;
    const isSame = before.current === pathname;
    before.current = pathname;
    if (isFirst || isSame) return;
    const content = document.querySelector("main");
    if (!content) return;
    const ending = new AbortController();
    // The page may still be being loaded.
    whenever(content, ending.signal, () => {
      const heading = content.querySelector("h1");
      if (!heading) return false;
      setName(heading.textContent);
      heading.tabIndex = -1;
      heading.style.outline = "none";
      // The palette, or the dialog that led here, gives the focus back as it goes.
      whenever(document.body, ending.signal, () => {
        if (document.querySelector("[role=dialog]")) return false;
        setTimeout(() => !ending.signal.aborted && heading.focus({ preventScroll: true }));
        return true;
      });
      return true;
    });
    return () => ending.abort();
  }, [pathname]);
  return <VisuallyHidden role="status">{name}</VisuallyHidden>;
}

/** Looks now and at each change below the element, until it is done or not wanted any more. */
function whenever(element: Element, signal: AbortSignal, isDone: () => boolean) {
  if (isDone()) return;
  const waiting = new MutationObserver(() => isDone() && waiting.disconnect());
  waiting.observe(element, { childList: true, subtree: true });
  signal.addEventListener("abort", () => waiting.disconnect());
}
