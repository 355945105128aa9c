// Runs before the first paint: sets the colour mode that the reader chose, so nothing flashes.
(() => {
  const page = document.documentElement;
  let mode = "auto";
  try {
    mode = localStorage.getItem("mode") || "auto";
  } catch {
    // storage may be switched off: follow the system
  }
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  page.dataset.mode = mode;
  page.dataset.theme = mode === "auto" ? (dark ? "dark" : "light") : mode;
  page.dataset.scripts = "on";
})();
