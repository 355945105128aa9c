/* Brings a deck to life: reveal.js for showing it, a window with notes for the speaker.

   reveal's own notes plugin writes a page into a new window, which browsers forbid to a deck
   opened from file:// under a strict policy. Here the window opens this same deck with ?speaker,
   and the two tell each other by postMessage which slide is on. */
(() => {
  "use strict";
  const root = document.documentElement;
  const deck = document.querySelector(".deck");
  const slides = [...document.querySelectorAll(".slide")];
  const asked = new URLSearchParams(location.search);
  const dark = matchMedia("(prefers-color-scheme: dark)");

  function setTheme(name) {
    root.dataset.theme = name;
  }
  setTheme(asked.get("theme") || (dark.matches ? "dark" : "light"));
  dark.addEventListener("change", () => setTheme(dark.matches ? "dark" : "light"));

  if (asked.has("print-pdf")) {
    root.classList.add("fixed", "printed");
    setTheme(asked.get("theme") || "light");
  } else if (asked.has("speaker")) {
    speak();
  } else {
    show();
  }

  // ---- the deck -------------------------------------------------------------------------------

  function show() {
    let speaker = null;
    root.classList.add("fixed");
    deck.classList.add("reveal");
    const reveal = new Reveal(deck, {
      width: 1280,
      height: 720,
      margin: 0,
      maxScale: 4,
      center: false,
      hash: true,
      transition: "none",
      backgroundTransition: "none",
      scrollActivationWidth: null,
      keyboard: { 83: openSpeaker, 84: toggleNotes, 68: toggleTheme },
    });

    function tell() {
      if (speaker && !speaker.closed) {
        speaker.postMessage({ bookkitSlide: reveal.getIndices().h }, "*");
      }
    }

    function openSpeaker() {
      const address = location.href.split(/[?#]/)[0] + "?speaker";
      speaker = window.open(address, "bookkit-speaker", "width=1100,height=720");
      if (!speaker) toggleNotes();
    }

    function toggleNotes() {
      root.classList.toggle("with-notes");
      for (const slide of slides) slide.querySelector(".notes").tabIndex = 0;
    }

    function toggleTheme() {
      setTheme(root.dataset.theme === "dark" ? "light" : "dark");
    }

    addEventListener("message", event => {
      if (!speaker || event.source !== speaker || !event.data) return;
      if (event.data.bookkitGo === "next") reveal.next();
      else if (event.data.bookkitGo === "back") reveal.prev();
      tell();
    });
    reveal.addKeyBinding?.({ keyCode: 83, key: "S", description: "Notes in a window" }, openSpeaker);
    reveal.addKeyBinding?.({ keyCode: 84, key: "T", description: "Notes on the slide" }, toggleNotes);
    reveal.addKeyBinding?.({ keyCode: 68, key: "D", description: "Light or dark" }, toggleTheme);
    reveal.on("slidechanged", tell);
    // Printed as with ?print-pdf: without reveal's classes its rules for one slide do not hold.
    addEventListener("beforeprint", () => {
      deck.classList.remove("reveal");
      root.classList.add("print-pdf");
    });
    addEventListener("afterprint", () => {
      deck.classList.add("reveal");
      root.classList.remove("print-pdf");
    });
    // reveal calls the deck an application; it is a page to read, and its keys are few.
    reveal.initialize().then(() => deck.removeAttribute("role"));
    window.bookkitDeck = reveal;
  }

  // ---- the speaker's window -------------------------------------------------------------------

  function speak() {
    root.classList.add("speaker");
    document.title = `Notes · ${document.title}`;
    const started = Date.now();
    const place = make("p", "");
    const next = make("p", "");
    const clock = make("p", "");
    const desk = make("nav", "");
    desk.className = "desk";
    desk.setAttribute("aria-label", "Slides");
    desk.append(make("h1", "Notes"), button("Back", "back"), button("Next", "next"), place, clock, next);
    document.body.prepend(desk);
    let at = 0;

    function turnTo(number) {
      at = Math.min(Math.max(number, 0), slides.length - 1);
      slides.forEach((slide, index) => slide.classList.toggle("current", index === at));
      place.textContent = `Slide ${at + 1} of ${slides.length}`;
      const after = slides[at + 1];
      next.textContent = after
        ? `Then: ${after.getAttribute("aria-label").replace(/^Slide \d+: /, "")}`
        : "Last slide";
      scrollTo(0, 0);
    }

    function go(way) {
      if (window.opener) window.opener.postMessage({ bookkitGo: way }, "*");
      else turnTo(at + (way === "next" ? 1 : -1));
    }

    function button(text, way) {
      const made = make("button", text);
      made.type = "button";
      made.addEventListener("click", () => go(way));
      return made;
    }

    addEventListener("message", event => {
      const number = event.data && event.data.bookkitSlide;
      if (event.source === window.opener && Number.isInteger(number)) turnTo(number);
    });
    addEventListener("keydown", event => {
      if (event.target.closest("button") && event.key === " ") return;
      if (["ArrowRight", "ArrowDown", "PageDown", " "].includes(event.key)) go("next");
      else if (["ArrowLeft", "ArrowUp", "PageUp"].includes(event.key)) go("back");
      else return;
      event.preventDefault();
    });
    setInterval(() => {
      const passed = Math.floor((Date.now() - started) / 1000);
      clock.textContent = `${Math.floor(passed / 60)}:${String(passed % 60).padStart(2, "0")}`;
    }, 1000);
    turnTo(0);
    if (window.opener) window.opener.postMessage({ bookkitGo: "where" }, "*");
  }

  function make(tag, text) {
    const made = document.createElement(tag);
    made.textContent = text;
    return made;
  }
})();
