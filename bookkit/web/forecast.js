/* Forecasts: the reader commits a whole per cent; where the page holds the outcomes it shows them, and
   the Brier score, only of what was committed. After that a forecast is locked.
   One record a question: {version, percent, why, at, revealed}. */

const bookkitForecast = (() => {
  const STORE = "bookkit:1:forecast:";
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
      } catch {
        // storage is off or full: it works on, unsaved
      }
    },
  };

  const modelStore = (model) => ({
    read: (id) => model.get("records")[id],
    write(id, record) {
      model.set("records", { ...model.get("records"), [id]: record });
      model.save_changes();
    },
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
    const { id, version, outcome } = node.dataset;
    const find = (selector) => node.querySelector(selector);
    const [form, input, why, button, said, folded] =
      ["form", "input", "textarea", ".bk-commit", ".bk-said", ".bk-outcome"].map(find);
    const question = { record: sound(store.read(id), version), outcome: Number(outcome) };
    let open = false; // a committed forecast is being changed

    function draw() {
      const { record } = question;
      const fixed = Boolean(record) && !open;
      input.readOnly = why.readOnly = fixed;
      button.textContent = fixed ? "Change my forecast" : "Commit";
      button.parentElement.hidden = Boolean(record?.revealed);
      node.dataset.state = record ? (record.revealed ? "revealed" : "committed") : "open";
      if (folded) {
        folded.hidden = !record?.revealed;
        folded.open = Boolean(record?.revealed);
      }
      said.replaceChildren(...(fixed ? result(record) : []));
    }

    function result({ percent, at, revealed }) {
      if (!revealed) return [paragraph(`Committed on ${dayOf(at)}: ${percent}\u00a0%.`)];
      if (!folded) {
        return [paragraph(`You said ${percent}\u00a0%. You have seen what happened, so it stands.`)];
      }
      const own = score([percent / 100], [question.outcome]);
      return [paragraph(`You said ${percent}\u00a0%; it ${question.outcome ? "happened"
        : "did not happen"}. Brier score: (${percent / 100} \u2212 ${question.outcome})\u00b2 = `
        + `${digits(own)}. Saying 50\u00a0% would have scored 0.250.`)];
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
      open = false;
      const at = new Date().toISOString();
      question.record = { version, percent, why: why.value, at, revealed: false };
      store.write(id, question.record);
      draw();
      changed();
    });

    question.reveal = () => {
      question.record.revealed = true;
      open = false;
      input.value = String(question.record.percent);
      store.write(id, question.record);
      draw();
    };
    if (question.record) [input.value, why.value] = [question.record.percent, question.record.why];
    said.ariaLive = "off"; // what was restored needs no announcement
    draw();
    setTimeout(() => { said.ariaLive = null; });
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
      const text = known.length ? [`Of ${questions.length} questions you answered ${known.length}. `
        + words(score(known.map(({ record }) => record.percent / 100),
          known.map(({ outcome }) => outcome)))] : [];
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
    if (!model) return;
    for (const control of root.querySelectorAll("a, button, input, textarea, summary")) {
      control.dataset.lmSuppressShortcuts = "true"; // JupyterLab would take letters and arrow keys
    }
  }

  return { mount, percentIn };
})();

if (document.currentScript) { // each in a task of its own, so that a slow phone stays responsive
  document.addEventListener("DOMContentLoaded", () =>
    document.querySelectorAll(".bk-forecast:not(.bk-scorer)").forEach((root) =>
      setTimeout(() => bookkitForecast.mount(root))));
}
