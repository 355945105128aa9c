/* The page "My learning": draws what the browser has kept; saves, loads and erases it.
   The page holds, as JSON, what there is to learn: pages, items, forecasts, boards. */

(() => {
  const { DAY, reviews, calibration, progress, tasks, gain, current } = bookkitLearning;
  const MOST_LISTED = 12; // items to review at a time

  function element(tag, properties = {}, ...children) {
    const made = Object.assign(document.createElement(tag), properties);
    made.append(...children);
    return made;
  }
  const paragraph = (...children) => element("p", {}, ...children);
  const link = (href, text) => element("a", { href, textContent: text });
  const percent = (share) => `${Math.round(100 * share)}\u00a0%`;
  const day = (time) => new Date(time).toLocaleDateString("en-GB",
    { day: "numeric", month: "long", year: "numeric" });

  /** A table in a box of its own that scrolls; the first cell of each row is its head. */
  function table(caption, head, rows) {
    const header = element("tr", {}, ...head.map((cell) => element("th", { scope: "col" }, cell)));
    const body = rows.map(([first, ...others]) => element("tr", {},
      element("th", { scope: "row" }, first), ...others.map((cell) => element("td", {}, cell))));
    const box = element("div", { className: "bk-scroll", tabIndex: 0, role: "region" },
      element("table", {}, element("thead", {}, header), element("tbody", {}, ...body)));
    box.ariaLabel = caption;
    return box;
  }

  /* ---- the parts of the page; each gives its elements ---- */

  function showProgress(records, data) {
    const pages = progress(records, data);
    const total = (field) => pages.reduce((sum, page) => sum + page[field], 0);
    const of = (some, all) => (all ? `${some} of ${all}` : "\u2013");
    const { tried, solved, guesses } = tasks(records, data);
    const marks = data.edition === "teacher" || total("marked") > 0;
    const sections = pages.reduce((sum, page) => sum + page.sections.length, 0);
    const boards = data.boards.length
      ? ` You have ${marks ? `solved ${solved}` : `tried ${tried}`} of ${data.boards.length} boards.`
      : "";
    return [
      table("Progress by chapter",
        ["Chapter", "Sections read", "Questions answered", ...(marks ? ["Right"] : [])], [
          ...pages.map(({ title, href, read, sections: all, answered, items, marked, right }) =>
            [link(href, title), of(read, all.length), of(answered, items),
              ...(marks ? [of(right, marked)] : [])]),
          ["All", of(total("read"), sections), of(total("answered"), total("items")),
            ...(marks ? [of(total("right"), total("marked"))] : [])],
        ]),
      paragraph(`You have committed ${guesses} ${guesses === 1 ? "guess" : "guesses"} before a `
        + `chart was shown.${boards}`),
    ];
  }

  const VIEW = { width: 300, row: 34, left: 70, right: 250 };

  /** Bars of how often answers were right, with a mark at what was said. */
  function chart(levels) {
    const { width, row, left, right } = VIEW;
    const height = levels.length * row + 26;
    const x = (share) => left + share * (right - left);
    const make = (tag, attributes, text = "") => {
      const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
      for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
      made.textContent = text;
      return made;
    };
    const svg = make("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", class: "bk-chart",
      "aria-labelledby": "calibration-title calibration-desc" });
    svg.append(
      make("title", { id: "calibration-title" }, "How often you were right, by how sure you were"),
      make("desc", { id: "calibration-desc" }, levels.map(({ level, said, right: hits }) =>
        (said ? `Said ${level} %: ${percent(hits / said)} right.` : `Said ${level} %: no answers.`))
        .join(" ")),
    );
    levels.forEach(({ level, said, right: hits }, i) => {
      const top = i * row + 6;
      svg.append(
        make("text", { x: left - 8, y: top + 16, "text-anchor": "end" }, `said ${level} %`),
        make("rect", { x: left, y: top, width: right - left, height: 22, class: "bk-track" }),
        make("rect", { x: left, y: top, width: said ? x(hits / said) - left : 0, height: 22,
          class: "bk-bar" }),
        make("path", { d: `M${x(level / 100)} ${top - 4}v30`, class: "bk-goal" }),
        make("text", { x: right + 8, y: top + 16 }, said ? percent(hits / said) : "\u2013"),
      );
    });
    svg.append(make("text", { x: left, y: height - 4, class: "bk-note" },
      "bar: right; line: what you said"));
    return svg;
  }

  const UNMARKED = "This edition of the book holds no answers, so nothing is marked here. "
    + "Your teacher can mark the file that you save below.";

  function showCalibration(records, { items, edition }) {
    const levels = calibration(records, items);
    const all = levels.reduce((sum, { said }) => sum + said, 0);
    if (!all) {
      return [paragraph(edition === "student" ? UNMARKED
        : "No answers yet. Answer a few questions of any chapter first.")];
    }
    const meaning = ({ level, said, right }) => {
      if (said < 5) return "too few to tell";
      const gap = 100 * (right / said) - level;
      if (Math.abs(gap) <= 10) return "well judged";
      return gap < 0 ? "surer than right" : "better than you thought";
    };
    return [
      chart(levels),
      table("Confidence and correctness", ["You said", "Answers", "Right", "Judgement"],
        levels.map((one) => [`${one.level}\u00a0%`, String(one.said),
          one.said ? `${one.right} (${percent(one.right / one.said)})` : "\u2013", meaning(one)])),
      ...(all < 30 ? [paragraph("These are few answers. Such shares move a lot with each new one; "
        + "read them as a hint.")] : []),
    ];
  }

  function showReviews(records, { items, pages }) {
    const now = Date.now();
    const known = reviews(records, items);
    const due = known.filter((one) => one.due <= now);
    const later = known.filter((one) => one.due > now);
    if (!known.length) {
      return [paragraph("Nothing to review yet. Questions that you answer come back here.")];
    }
    const href = ({ id, page }) =>
      `${pages.find((one) => one.page === page).href}?again=${id}#quiz-item-${id.replace(".", "-")}`;
    const state = ({ urgency, last }) => {
      const days = Math.floor((now - last.time) / DAY);
      const ago = days < 1 ? "today" : days === 1 ? "yesterday" : `${days} days ago`;
      const words = last.correct === null ? ["", "answered, but unsure", "answered"]
        : ["missed", "right, but unsure", "right"];
      return `${words[urgency + 1]} ${ago}`;
    };
    const listed = due.slice(0, MOST_LISTED).map((one) => element("li", {},
      link(href(one.item), `${one.item.id} ${one.item.stem}`), ` (${state(one)})`));
    const next = Math.min(...later.map((one) => one.due));
    const rest = [
      due.length > MOST_LISTED && `${due.length - MOST_LISTED} more are due after these.`,
      later.length && `${due.length ? "Others are" : "All are"} due later: ${later.length}, the next `
        + `on ${day(next)}.`,
    ].filter(Boolean).join(" ");
    return [
      paragraph(due.length ? `Due now: ${due.length}.` : "Nothing is due now."),
      ...(listed.length ? [element("ul", {}, ...listed)] : []),
      ...(rest ? [paragraph(rest)] : []),
    ];
  }

  function showForecasts(records, { forecasts }) {
    const kept = forecasts.map((one) =>
      ({ ...one, record: current(records[`forecast:${one.id}`], one.version) }))
      .filter(({ record }) => record);
    if (!kept.length) return [paragraph("You have not committed a forecast yet.")];
    const open = kept.filter(({ record }) => record.revealed);
    const { score, digits, words } = bookkitBrier;
    const rows = kept.map(({ id, question, outcome, again, record: { percent: said, revealed } }) => [
      `${id} ${question}${again ? " (updated forecast)" : ""}`, `${said}\u00a0%`, ...(revealed
        ? [outcome ? "happened" : "did not happen", digits(score([said / 100], [outcome]))]
        : ["not shown yet", "\u2013"]),
    ]);
    return [
      table("Your forecasts", ["Question", "You said", "Outcome", "Brier score"], rows),
      ...(open.length ? [] : [paragraph("The outcomes wait in the last chapter.")]),
      ...["", "After updating: "].flatMap((lead, n) => {
        const own = open.filter(({ again }) => Boolean(again) === Boolean(n));
        return own.length ? [paragraph(lead, words(score(own.map(({ record }) =>
          record.percent / 100), own.map(({ outcome }) => outcome))))] : [];
      }),
    ];
  }

  function showGain(records, data) {
    const { before, after, pre, post, of, unmarked } = gain(records, data);
    const all = data.diagnostic.length;
    if (after && !of && (unmarked || data.edition === "student")) {
      return [paragraph(`You answered ${before} of the ${all} questions before the book and `
        + `${after} after it. ${UNMARKED}`)];
    }
    if (after) return bookkitQuizPlaces.gainWords(pre, post, of).map((text) => paragraph(text));
    return [paragraph(before ? `Before the book you answered ${before} of the ${all} questions. `
      + "They come back in the last chapter." : "You have not answered the ten questions yet.")];
  }

  /* ---- save, load, erase ---- */

  function fileTools(data, redraw) {
    const said = element("p", { className: "bk-said", role: "status" });
    const say = (text) => { said.textContent = text; };
    const button = (textContent, act) => {
      const made = element("button", { type: "button", textContent });
      made.addEventListener("click", act);
      return made;
    };
    const who = element("input", { type: "text", maxLength: 60, autocomplete: "off" });
    who.setAttribute("aria-describedby", "learning-name-hint");
    const save = button("Save to a file", () => {
      const records = bookkitKept.read();
      const { edition, book } = data;
      const name = who.value.trim();
      const text = bookkitKept.toFile(records, { edition, book, name });
      const content = new Blob([text], { type: "application/json" });
      const signs = name.replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "");
      const file = ["my-learning", ...(signs ? [signs] : []),
        `${new Date().toISOString().slice(0, 10)}.json`].join("-");
      const target = element("a", { href: URL.createObjectURL(content), download: file });
      target.click();
      setTimeout(() => URL.revokeObjectURL(target.href), 10_000);
      say(`Saved as ${file}: ${Object.keys(records).length} records${
        name ? `, with the name \u201c${name}\u201d` : ", without a name"}.`);
    });
    const chosen = element("input", { type: "file", accept: ".json,application/json" });
    chosen.addEventListener("change", async () => {
      const [file] = chosen.files;
      if (file) {
        const { words, name } = load(await file.text().catch(() => ""), data.versions);
        say(words);
        who.value ||= name;
      }
      chosen.value = ""; // so that the same file can be chosen again
      redraw();
    });
    const keep = button("Keep it", () => ask(false, "Nothing was erased."));
    const erase = button("", () => {
      if (erase.dataset.asking !== "true") {
        ask(true, "This erases all your progress in this book from this browser. A saved file stays.");
        return;
      }
      const count = bookkitKept.erase();
      ask(false, `Erased: ${count} records.`);
      redraw();
    });
    function ask(asking, words) {
      erase.dataset.asking = asking;
      erase.textContent = asking ? "Yes, erase everything" : "Erase everything";
      if (!asking) erase.focus();
      keep.hidden = !asking;
      say(words);
    }
    erase.textContent = "Erase everything";
    keep.hidden = true;
    return [
      element("label", {}, "Name or code, if your teacher asks for one: ", who),
      element("p", { className: "bk-hint", id: "learning-name-hint" }, "Leave it empty to stay "
        + "anonymous; a code that only you and your teacher know is enough. It goes into the file "
        + "and is not kept in this browser."),
      paragraph(save), paragraph(element("label", {}, "Load a file: ", chosen)),
      paragraph(erase, " ", keep), said,
    ];
  }

  /** Join a file with what is here; return what to say, and the name in the file. */
  function load(content, versions) {
    const { records, problem, name = "" } = bookkitKept.fromFile(content);
    if (problem) return { words: problem, name };
    const { changes, added, updated } = bookkitKept.merge(bookkitKept.read(), records, versions);
    if (!bookkitKept.write(changes)) {
      return { words: "The browser has no room for it. Nothing was changed.", name };
    }
    return { name, words: `Loaded: ${added} new records, ${updated} newer than yours, ${
      Object.keys(records).length - added - updated} as they were.` };
  }

  const PARTS = {
    progress: showProgress, calibration: showCalibration, reviews: showReviews,
    forecasts: showForecasts, gain: showGain,
  };

  function mount() {
    const part = (name) => document.querySelector(`.bk-learning[data-part="${name}"]`);
    const data = JSON.parse(document.querySelector(".bk-learning .bk-data").textContent);
    data.edition = document.documentElement.dataset.edition === "student" ? "student" : "teacher";
    data.versions = Object.fromEntries([
      ...data.items.flatMap(({ id, version }) =>
        ["quiz", "before", "after"].map((kind) => [`${kind}:${id}`, version])),
      ...data.forecasts.map(({ id, version }) => [`forecast:${id}`, version]),
      ...data.boards.map(({ name, version }) => [`board:${name}`, version]),
    ]);
    const redraw = () => {
      const records = bookkitKept.read() ?? {};
      for (const [name, show] of Object.entries(PARTS)) {
        part(name).replaceChildren(...show(records, data));
      }
    };
    part("notice").replaceChildren(...(bookkitKept.read() ? [] : [paragraph(
      "This browser refuses to keep anything for this page, so there is nothing to show.")]));
    if (bookkitKept.read()) part("file").replaceChildren(...fileTools(data, redraw));
    redraw();
    addEventListener("storage", redraw); // another tab has gone on
    addEventListener("pageshow", (event) => event.persisted && redraw());
  }

  document.addEventListener("DOMContentLoaded", () => setTimeout(mount));
})();
