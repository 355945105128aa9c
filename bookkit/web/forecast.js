/* Forecasts: the reader commits a whole per cent; where the page holds the outcomes it shows them, and
   the Brier score, only of what was committed. After that a forecast is locked.
   One record a question: {version, percent, why, at, revealed}. An update at a later freeze is a record
   of its own, "F1.2" beside "F1"; both are kept, and both are scored. */

const bookkitForecast = (() => {
  const STORE = "bookkit:1:forecast:";
  const CHANGED = "bookkit:forecast"; // tells the other places of the page that a record is new
  const { digits, score, words } = bookkitBrier;

  const pageStore = {
    read(id) {
      try {
        return JSON.parse(localStorage.getItem(STORE + id));
      } catch {
        return null; // storage is off, or what it holds is not ours
      }
    },
    write(id, record) {
      try {
        localStorage.setItem(STORE + id, JSON.stringify(record));
        document.dispatchEvent(new Event(CHANGED));
      } catch {
        // storage is off or full: it works on, unsaved
      }
    },
    watch: (heard) => document.addEventListener(CHANGED, heard),
  };

  const modelStore = (model) => ({
    read: (id) => model.get("records")[id],
    write(id, record) {
      model.set("records", { ...model.get("records"), [id]: record });
      model.save_changes();
    },
    watch: (heard) => model.on?.("change:records", heard),
  });

  /** A saved record if it is sound and of this version, else null. */
  function sound(saved, version) {
    const { percent, at } = saved ?? {};
    if (saved?.version !== version || !Number.isInteger(percent)) return null;
    if (percent < 1 || percent > 99 || Number.isNaN(Date.parse(at))) return null;
    const why = typeof saved.why === "string" ? saved.why.slice(0, 1000) : "";
    return { version, percent, why, at: String(at), revealed: saved.revealed === true };
  }

  /** Read a whole per cent from 1 to 99, or null. */
  function percentIn(text) {
    const [, number] = text.trim().match(/^0?([1-9]\d?)\s*(?:%|per cent)?$/i) ?? [];
    return number ? Number(number) : null;
  }

  const paragraph = (text) =>
    Object.assign(document.createElement("p"), { textContent: text });

  const dayOf = (at) => new Date(at).toLocaleDateString("en-GB",
    { day: "numeric", month: "long", year: "numeric" });

  function makeQuestion(node, store, changed) {
    const { id, version, outcome, first, firstVersion, firstOn, update, updateVersion, on } =
      node.dataset;
    const find = (selector) => node.querySelector(selector);
    const [form, input, why, button, said, folded, earlier] = ["form", "input", "textarea",
      ".bk-commit", ".bk-said", ".bk-outcome", ".bk-earlier"].map(find);
    const question = { record: null, later: null, outcome: Number(outcome) };
    let before = null; // where this is an update: the first forecast
    let open = false; // a committed forecast is being changed

    /** Take what the store has; what it has lost (or never kept) stays as it is on the page. */
    function read() {
      const kept = sound(store.read(id), version);
      if (kept && JSON.stringify(kept) !== JSON.stringify(question.record)) {
        question.record = kept;
        [input.value, why.value] = [kept.percent, kept.why];
      }
      if (update) question.later = sound(store.read(update), updateVersion) ?? question.later;
      if (first) before = sound(store.read(first), firstVersion) ?? before;
    }

    function draw() {
      const { record } = question;
      const seen = record?.revealed || before?.revealed;
      const shut = Boolean(first) && !before; // nothing to update yet
      const fixed = Boolean(record) && !open;
      input.readOnly = why.readOnly = fixed || shut || Boolean(seen);
      button.textContent = fixed ? "Change my forecast" : "Commit";
      button.parentElement.hidden = shut || Boolean(seen);
      node.dataset.state = record ? (seen ? "revealed" : "committed") : "open";
      if (folded) {
        folded.hidden = !record?.revealed;
        folded.open = Boolean(record?.revealed);
      }
      if (earlier) {
        earlier.textContent = before ? `On ${firstOn} you said ${before.percent}\u00a0%.`
          : `You have no forecast of ${firstOn} yet. Commit that one first; then you can update it.`;
      }
      said.replaceChildren(...(fixed ? result(record) : seen
        ? [paragraph("You have seen what happened, so it is too late for an update.")] : []));
    }

    function result({ percent, at, revealed }) {
      if (!revealed && !before?.revealed) return [paragraph(`Committed on ${dayOf(at)}: ${percent}\u00a0%.`)];
      if (!folded) {
        return [paragraph(`You said ${percent}\u00a0%. You have seen what happened, so it stands.`)];
      }
      const own = score([percent / 100], [question.outcome]);
      return [paragraph(`You said ${percent}\u00a0%; it ${question.outcome ? "happened"
        : "did not happen"}. Brier score: (${percent / 100} \u2212 ${question.outcome})\u00b2 = `
        + `${digits(own)}. Saying 50\u00a0% would have scored 0.250.`), ...updated(own)];
    }

    function updated(own) {
      if (!question.later) return [];
      const { percent } = question.later;
      const now = score([percent / 100], [question.outcome]);
      const judged = now < own ? "better than your first"
        : now > own ? "worse than your first" : "the same as your first";
      return [paragraph(`On ${on} you said ${percent}\u00a0%: (${percent / 100} \u2212 ${
        question.outcome})\u00b2 = ${digits(now)}, ${judged}.`)];
    }

    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (question.record && !open) {
        open = true;
        draw();
        input.focus();
        return;
      }
      const percent = percentIn(input.value);
      input.ariaInvalid = percent ? null : "true";
      if (!percent) {
        said.replaceChildren(paragraph("Write a whole number from 1 to 99, for example 35. "
          + "0 and 100 would leave no room for error."));
        input.focus();
        return;
      }
      const at = new Date().toISOString();
      question.record = { version, percent, why: why.value, at, revealed: false };
      open = true; // so that the news of it finds this one busy
      store.write(id, question.record);
      open = false;
      draw();
      changed();
    });

    question.reveal = () => {
      question.record.revealed = true;
      open = true;
      input.value = String(question.record.percent);
      store.write(id, question.record);
      if (question.later) store.write(update, { ...question.later, revealed: true });
      open = false;
      draw();
    };
    question.refresh = () => {
      if (open) return;
      said.ariaLive = "off"; // what was restored, or done elsewhere, needs no announcement
      read();
      draw();
      setTimeout(() => { said.ariaLive = null; });
    };
    question.refresh();
    return question;
  }

  function mount(root, { model } = {}) {
    const store = model ? modelStore(model) : pageStore;
    const [show, summary] = [".bk-show", ".bk-forecast-summary"].map((part) =>
      root.querySelector(part));

    function changed() {
      if (!show) return;
      const ready = questions.filter(({ record }) => record && !record.revealed).length;
      const known = questions.filter(({ record }) => record?.revealed);
      show.textContent = ready ? `Show what happened (${ready})` : "Show what happened";
      const mean = (list, part) => score(list.map((one) => one[part].percent / 100),
        list.map(({ outcome }) => outcome));
      const text = known.length ? [`Of ${questions.length} questions you answered ${known.length}. `
        + words(mean(known, "record"))] : [];
      const later = known.filter((one) => one.later);
      if (later.length) {
        text.push(`You updated ${later.length} of them. There your first forecasts score ${
          digits(mean(later, "record"))} on average, and your updates ${
          digits(mean(later, "later"))}.`);
      }
      if (text.join("") !== summary.textContent) summary.replaceChildren(...text.map(paragraph));
    }

    for (const part of root.querySelectorAll(".bk-js")) part.hidden = false;
    for (const part of root.querySelectorAll(".bk-nojs")) part.hidden = true;
    const questions = [...root.querySelectorAll(".bk-question")].map((node) =>
      makeQuestion(node, store, changed));
    show?.addEventListener("click", () => {
      const ready = questions.filter(({ record }) => record && !record.revealed);
      for (const question of ready) question.reveal();
      if (ready.length) changed();
      else summary.replaceChildren(paragraph("Commit a forecast first; then its outcome is shown."));
    });
    root.classList.add("bk-live");
    changed();
    store.watch(() => {
      for (const question of questions) question.refresh();
      changed();
    });
    if (!model) return;
    for (const control of root.querySelectorAll("a, button, input, textarea, summary")) {
      control.dataset.lmSuppressShortcuts = "true"; // JupyterLab would take letters and arrow keys
    }
  }

  return { mount, percentIn };
})();

if (document.currentScript) { // each in a task of its own, so that a slow phone stays responsive
  document.addEventListener("DOMContentLoaded", () =>
    document.querySelectorAll(".bk-forecast[data-place]").forEach((root) =>
      setTimeout(() => bookkitForecast.mount(root))));
}
