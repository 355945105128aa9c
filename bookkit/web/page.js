// What every page of the built book can do: source cards, links to copy, reading progress.
// The browser's storage, or a stand-in that lasts as long as the page where storing is refused.
// The theme's scripts use these too: see bookkit/assets.py.
const bookkitStores = ["localStorage", "sessionStorage"].map((name) => {
  try {
    window[name].getItem("");
    return window[name];
  } catch {
    const kept = new Map();
    return {
      getItem: (key) => kept.get(key) ?? null,
      setItem: (key, value) => kept.set(key, String(value)),
      removeItem: (key) => kept.delete(key),
    };
  }
});

const bookkitPage = (() => {
  const [localStorage] = bookkitStores;
  const STORE = "bookkit:1:read:";

  // ---- source cards: shown on hover, focus or first tap; Escape closes -------------------------

  function cards() {
    let open = null;
    const close = () => {
      if (open) open.card.hidden = true;
      open = null;
    };
    const place = (link, card) => {
      const box = link.getClientRects()[0] ?? link.getBoundingClientRect();
      card.hidden = false;
      const wide = card.offsetWidth;
      const left = Math.min(Math.max(8, box.left), document.documentElement.clientWidth - wide - 8);
      const below = box.bottom + card.offsetHeight + 12 < innerHeight;
      card.style.left = `${left + scrollX}px`;
      card.style.top = `${(below ? box.bottom + 6 : box.top - card.offsetHeight - 6) + scrollY}px`;
    };
    const show = (link) => {
      const card = document.getElementById(`card-${link.dataset.source}`);
      if (!card || open?.link === link) return;
      close();
      place(link, card);
      open = { link, card };
    };
    for (const link of document.querySelectorAll("a[data-source]")) {
      link.setAttribute("aria-describedby", `card-${link.dataset.source}`);
      let touched = false;
      link.addEventListener("pointerdown", (event) => {
        touched = event.pointerType === "touch" && open?.link !== link;
      });
      link.addEventListener("pointerenter", (event) => event.pointerType === "mouse" && show(link));
      link.addEventListener("pointerleave", (event) => {
        if (event.pointerType !== "mouse") return;
        setTimeout(() => open?.link === link && !open.card.matches(":hover") && close(), 150);
      });
      link.addEventListener("focus", () => show(link));
      link.addEventListener("blur", close);
      link.addEventListener("click", (event) => {
        if (!touched) return; // a first tap shows the card, a second follows the link
        touched = false;
        event.preventDefault();
        show(link);
      });
    }
    for (const card of document.querySelectorAll(".bk-card")) {
      card.addEventListener("pointerleave", close);
    }
    document.addEventListener("keydown", (event) => event.key === "Escape" && close());
    document.addEventListener("pointerdown", (event) => {
      if (open && !open.card.contains(event.target) && event.target !== open.link) close();
    });
  }

  // ---- a link to copy on each figure and quiz item ---------------------------------------------

  function copyLinks() {
    const status = document.createElement("p");
    status.className = "bk-status";
    status.setAttribute("role", "status");
    document.querySelector("main")?.append(status);
    for (const link of document.querySelectorAll("a.bk-link")) {
      link.addEventListener("click", async (event) => {
        event.preventDefault();
        history.replaceState(null, "", link.getAttribute("href"));
        let said = "The address bar now holds the link.";
        try {
          await navigator.clipboard.writeText(link.href);
          said = "Link copied.";
        } catch {
          // no clipboard (an old browser, or not allowed): the address bar has it
        }
        link.dataset.copied = "yes";
        status.textContent = said;
        setTimeout(() => {
          delete link.dataset.copied;
          status.textContent = "";
        }, 2000);
      });
    }
  }

  // ---- reading progress: sections that were on screen, kept in this browser --------------------

  function load(key) {
    try {
      const saved = JSON.parse(localStorage.getItem(key));
      return new Set(Array.isArray(saved) ? saved.filter((id) => typeof id === "string") : []);
    } catch {
      return new Set();
    }
  }

  function progress() {
    const sections = [...document.querySelectorAll("article section section[id]")].filter(
      (section) => section.parentElement.parentElement?.matches("article"),
    );
    const bar = document.querySelector(".bk-progress");
    if (!bar || sections.length < 2) return;
    const key = STORE + location.pathname.split("/").pop().replace(".html", "");
    const read = load(key);
    const draw = () => {
      const done = sections.filter((section) => read.has(section.id)).length;
      bar.hidden = false;
      bar.querySelector("progress").value = done / sections.length;
      bar.querySelector("span").textContent = `${done} of ${sections.length} sections read`;
      for (const section of sections) {
        const entry = document.querySelector(`#pst-page-toc-nav a[href="#${section.id}"]`);
        entry?.classList.toggle("bk-read", read.has(section.id));
      }
    };
    // A section counts as read once its end has been on screen.
    const watch = new IntersectionObserver((entries) => {
      for (const entry of entries) {
        if (entry.isIntersecting) read.add(entry.target.closest("section[id]").id);
      }
      try {
        localStorage.setItem(key, JSON.stringify([...read]));
      } catch {
        // storage may be off or full: progress then lasts as long as the page
      }
      draw();
    });
    for (const section of sections) {
      const end = document.createElement("span");
      end.className = "bk-end";
      section.append(end);
      watch.observe(end);
    }
    draw();
  }

  // ---- menus close as readers expect -----------------------------------------------------------

  function menus() {
    const close = (menu) => menu.removeAttribute("open");
    for (const menu of document.querySelectorAll(".bk-menu")) {
      menu.addEventListener("keydown", (event) => {
        if (event.key !== "Escape") return;
        close(menu);
        menu.querySelector("summary").focus();
      });
      document.addEventListener("pointerdown", (event) => menu.contains(event.target) || close(menu));
    }
  }

  // Parts of the page grow when they wake, and push down the place that a link from elsewhere meant.
  function landing() {
    const place = document.getElementById(location.hash.slice(1));
    if (!place) return;
    addEventListener("load", () => setTimeout(() => place.scrollIntoView({ behavior: "instant" })));
  }

  // Search results quote each page, which they must fetch; from a disk the browser forbids that.
  function search() {
    if (location.protocol === "file:" && typeof DOCUMENTATION_OPTIONS !== "undefined") {
      DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;
    }
  }

  return { start: () => [cards, copyLinks, progress, menus, landing, search].forEach((part) => part()) };
})();
bookkitPage.start();
