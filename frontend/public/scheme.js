// Sets light or dark before the first paint; a file, since inline scripts are forbidden.
(() => {
  const chosen = localStorage.getItem("ringback-color-scheme") ?? "auto";
  const dark =
    chosen === "dark" || (chosen === "auto" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.dataset.mantineColorScheme = dark ? "dark" : "light";
})();
