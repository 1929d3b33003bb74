import { VisuallyHidden } from "@mantine/core";
import { useLocation } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";

/** After a change of page, says which it is, and takes those who work by keyboard to its heading. */
export function PageChange() {
  const { pathname } = useLocation();
  const before = useRef(pathname);
  const [name, setName] = useState("");
  useEffect(() => {
    if (before.current === pathname) return;
    before.current = pathname;
    const content = document.querySelector("main");
    const arrive = () => {
      const heading = content?.querySelector("h1");
      if (!heading) return false;
      setName(heading.textContent);
      heading.tabIndex = -1;
      heading.style.outline = "none";
      if (!document.querySelector("[role=dialog]")) heading.focus({ preventScroll: true });
      return true;
    };
    if (arrive() || !content) return;
    // The page is still being loaded.
    const waiting = new MutationObserver(() => arrive() && waiting.disconnect());
    waiting.observe(content, { childList: true, subtree: true });
    return () => waiting.disconnect();
  }, [pathname]);
  return <VisuallyHidden role="status">{name}</VisuallyHidden>;
}
