/* A quiz that teaches. The page (or a live widget) holds every question, its key and its feedback as
   HTML; this script hides the answers, checks on request and shows the feedback for what was chosen.
   The student edition holds neither keys nor feedback: there it takes answers and marks nothing.
   Progress is kept per question and counts only for the version of the question it was made with. */

const bookkitQuiz = (() => {
  const { SURE, MOST_TRIES, triesIn } = bookkitQuizPlaces;
  const all = (root, selector) => [...root.querySelectorAll(selector)];

  function element(tag, properties, ...children) {
    const made = Object.assign(document.createElement(tag), properties);
    made.append(...children);
    return made;
  }

  function save({ id, version, tries, shown, past, store }) {
    store.write(id, { version, tries, shown, ...(past.length ? { past } : {}) });
  }

  /** Whether the reader was right before looking at the answer. */
  const isRight = ({ tries, shown }) => tries.slice(0, shown ?? undefined).some((one) => one.correct);

  /* ---- one question ---- */

  function say(item, state, word, ...lines) {
    const icon = { right: "✓ ", wrong: "✗ ", ask: "→ " }[state];
    item.verdict.dataset.state = state;
    item.verdict.replaceChildren(
      element("p", { className: "bk-word" },
        element("span", { ariaHidden: "true", textContent: icon }), word),
      ...lines,
    );
  }

  function showResult(item, answer) {
    if (!item.answer) { // the diagnostic before the book, or an edition without keys
      say(item, "ask", item.key ? "Saved. You may still change it."
        : "Saved. Your teacher has the answer. You may still change yours.");
      item.check.textContent = "Save again";
      if (item.again) item.again.hidden = false;
      return;
    }
    const { correct, said, notes } = item.kind.grade(item, answer);
    const lines = notes.map(([label, name]) => element("p", {},
      ...(label ? [element("strong", { textContent: `${label}: ` })] : []),
      item.node.querySelector(`[data-note="${name}"]`).textContent));
    if (said) lines.unshift(element("p", { textContent: said }));
    say(item, correct ? "right" : "wrong", correct ? "Correct" : "Not yet", ...lines);
    if (item.type === "several") unmark(item);
    for (const n of item.options ? [answer].flat() : []) {
      item.options[n].dataset.tried = item.key.includes(n) ? "right" : "wrong";
    }
    item.node.dataset.state = isRight(item) ? "right" : "wrong";
    item.summary.textContent = correct ? "The answer in full" : "Show the answer";
    item.again.hidden = false;
    item.answer.hidden = false;
    item.check.textContent = "Check again";
  }

  function unmark(item) {
    for (const option of item.options ?? []) delete option.dataset.tried;
  }

  /** Grade and record what stands in the form; tell whether it could be graded. */
  function check(item) {
    item.verdict.removeAttribute("aria-live");
    const answer = item.kind.read(item);
    const sure = item.sure.find((radio) => radio.checked);
    const { correct, problem } = answer === null
      ? { problem: item.kind.ask } : item.kind.grade(item, answer);
    if (problem || !sure) {
      say(item, "ask", problem ?? "Say how sure you are, then check.");
      const open = all(item.node, ".bk-ask :is(input, select, button:not([aria-disabled=true]))");
      (problem ? open.find((control) => !control.value) ?? open[0] : item.sure[0]).focus();
      return false;
    }
    const at = new Date().toISOString();
    if (item.tries.length < MOST_TRIES) {
      item.tries.push({ answer, confidence: Number(sure.value), correct, at });
    }
    save(item);
    showResult(item, answer);
    return true;
  }

  /** Set the form to what is saved, without a word to screen readers. */
  function restore(item) {
    Object.assign(item, bookkitQuizPlaces.sitting(item, item.store.read(item.id)));
    const last = item.tries.at(-1);
    item.kind.fill(item, last ? last.answer : null);
    for (const radio of item.sure) radio.checked = Number(radio.value) === last?.confidence;
    unmark(item);
    delete item.node.dataset.state;
    delete item.verdict.dataset.state;
    item.verdict.setAttribute("aria-live", "off");
    item.verdict.replaceChildren();
    item.check.textContent = item.answer ? "Check" : "Save";
    if (item.again) item.again.hidden = true;
    if (item.answer) {
      item.answer.hidden = true;
      item.answer.open = false;
      item.summary.textContent = "Show the answer";
    }
    for (const { answer } of item.type === "one" ? item.tries : item.tries.slice(-1)) {
      showResult(item, answer);
    }
  }

  function makeItem(node, store, place, changed) {
    const { item: id, type, version, key } = node.dataset;
    const find = (selector) => node.querySelector(selector);
    const options = all(node, ".bk-options > li");
    const item = {
      node, store, id, type, version, kind: bookkitQuizKinds[type],
      key: key && JSON.parse(key), options: options.length ? options : null,
      sure: all(node, ".bk-sure input"), check: find(".bk-check"), verdict: find(".bk-verdict"),
      again: find(".bk-again"), answer: find(".bk-answer"), summary: find("summary"), moved: false,
      past: [], since: 0,
      shuffled: all(node, ".bk-steps > li").map((step) => step.dataset.step),
    };
    for (const part of all(node, ".bk-sure, .bk-act, .bk-moves")) part.hidden = false;
    find("form").addEventListener("submit", (event) => {
      event.preventDefault();
      if (check(item)) changed(item);
    });
    find(".bk-ask").addEventListener("click", ({ target }) => {
      const button = target.closest(".bk-up, .bk-down");
      if (button) bookkitQuizKinds.move(item, button);
    });
    item.answer?.addEventListener("toggle", () => {
      if (!item.answer.open || item.shown !== null || isRight(item)) return;
      item.shown = item.tries.length;
      save(item);
    });
    if (place === "after") item.before = bookkitQuizPlaces.before(item);
    if (place === "quiz" && bookkitQuizPlaces.asksAgain(id)) item.since = Date.now();
    restore(item);
    return item;
  }

  /* ---- the whole quiz ---- */

  function summary(items, place) {
    if (!items[0].key) {
      return [`You have answered all ${items.length} questions. `
        + (place === "before" ? "They come back in chapter 8." : "The page My learning saves your "
          + "answers to a file that you can give to your teacher.")];
    }
    if (place === "before") {
      return ["You have answered all ten. They come back in chapter 8, with the answers and with "
        + "what you have gained."];
    }
    const first = (some) => some.filter((item) => item.tries[0].correct).length;
    const levels = SURE.flatMap((level) => {
      const said = items.filter((item) => item.tries[0].confidence === level);
      return said.length ? [`at ${level} % you were right ${first(said)} of ${said.length}`] : [];
    });
    return [
      `You have answered all ${items.length} questions: ${items.filter(isRight).length} right, `
        + `${first(items)} of them at the first try.`,
      `How sure you were, by first tries: ${levels.join(", ")}. `
        + "If your 90 % is well judged, it is right nine times in ten.",
      ...(place === "after" ? gain(items) : []),
    ];
  }

  function gain(items) {
    const both = items.filter((item) => item.before);
    const right = (tries) => tries.filter((one) => one.correct).length;
    const scores = [both.map((item) => item.before), both.map((item) => item.tries[0])].map(right);
    return bookkitQuizPlaces.gainWords(...scores, both.length);
  }

  function mount(root, { model } = {}) {
    const { place = "quiz" } = root.dataset;
    const store = model ? bookkitQuizPlaces.modelStore(model) : bookkitQuizPlaces.pageStore(place);
    const find = (selector) => root.querySelector(selector);
    const [reset, keep, said] = [".bk-quiz-reset", ".bk-quiz-keep", ".bk-quiz-said"].map(find);
    const report = find(".bk-quiz-summary");

    const showProgress = () => {
      const answered = items.filter((item) => item.tries.length).length;
      find("progress").value = answered;
      const marked = place !== "before" && items[0].key;
      const right = marked ? `, ${items.filter(isRight).length} right` : "";
      find(".bk-quiz-progress span").textContent = `${answered} of ${items.length} answered${right}`;
      const lines = answered === items.length ? summary(items, place) : [];
      if (lines.join("") !== report.textContent) { // said once, not at each further try
        report.replaceChildren(...lines.map((line) => element("p", { textContent: line })));
      }
    };

    const ask = (asking, words) => {
      reset.dataset.asking = asking;
      reset.textContent = asking ? "Yes, clear my answers" : "Start again";
      keep.hidden = !asking;
      said.textContent = words;
    };

    reset.addEventListener("click", () => {
      if (reset.dataset.asking !== "true") {
        ask(true, "This clears your answers to this quiz.");
        return;
      }
      for (const item of items) {
        store.write(item.id, null);
        restore(item);
      }
      showProgress();
      ask(false, "Cleared. You can start again.");
    });
    keep.addEventListener("click", () => {
      reset.focus();
      ask(false, "Nothing was cleared.");
    });

    let hold = () => {};
    const changed = (item) => {
      bookkitQuizPlaces.answered(item.id);
      hold();
      showProgress();
    };
    let items = all(root, ".bk-item").map((node) => makeItem(node, store, place, changed));
    if (place === "again") {
      ({ chosen: items, hold } = bookkitQuizPlaces.chooseAgain(root, items));
      items.forEach(restore);
      reset.hidden = true; // it would take the answers of other chapters away
    }
    for (const part of all(root, ".bk-quiz-progress, .bk-quiz-foot")) part.hidden = false;
    if (model) { // JupyterLab's shortcuts would take arrow keys and letters from the controls
      for (const control of all(root, "a, button, input, select, summary")) {
        control.dataset.lmSuppressShortcuts = "true";
      }
    }
    root.classList.add("bk-live");
    showProgress();
    const wanted = items.find((item) => item.since && place === "quiz");
    if (wanted) bookkitQuizPlaces.goTo(wanted.node);
  }

  return { mount };
})();

if (document.currentScript) { // each in a task of its own, so that a slow phone stays responsive
  document.addEventListener("DOMContentLoaded", () =>
    document.querySelectorAll(".bk-quiz").forEach((root) =>
      setTimeout(() => bookkitQuiz.mount(root))));
}
