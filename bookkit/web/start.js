// Runs before the first paint: sets the colour mode that the reader chose, so nothing flashes, and
// asks for the two fonts that every page needs, so that text does not jump.
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
  if (location.protocol === "file:") return; // browsers refuse font preloads from a disk
  for (const font of ["SourceSansPro", "SourceSansProSemibold"]) {
    const link = document.createElement("link");
    Object.assign(link, { rel: "preload", as: "font", type: "font/woff2", crossOrigin: "" });
    link.href = `${page.dataset.content_root}_static/fonts/${font}-latin.woff2`;
    document.head.append(link);
  }
})();
