/* The Brier scorer: forecasts and outcomes are pasted as text; the score follows on request. */

const bookkitScorer = (() => {
  function mount(root, { model } = {}) {
    const find = (selector) => root.querySelector(selector);
    const [form, said, rows] = ["form", ".bk-said", "tbody"].map(find);
    const fields = [".bk-forecasts", ".bk-outcomes"].map(find);
    const cell = (text) => Object.assign(document.createElement("td"), { textContent: text });
    const say = (text) => said.replaceChildren(
      Object.assign(document.createElement("p"), { textContent: text }));

    function refuse(field, problem) {
      say(problem);
      rows.replaceChildren(); // an old score beside a new fault would mislead
      field.ariaInvalid = "true";
      field.focus();
    }

    function work() {
      for (const field of fields) field.ariaInvalid = null;
      const forecasts = bookkitBrier.readForecasts(fields[0].value);
      if (forecasts.problem) return refuse(fields[0], forecasts.problem);
      const outcomes = bookkitBrier.readOutcomes(fields[1].value);
      if (outcomes.problem) return refuse(fields[1], outcomes.problem);
      const [many, some] = [forecasts.values, outcomes.values].map(({ length }) => length);
      if (many !== some) {
        return refuse(fields[1], `Forecasts: ${many}. Outcomes: ${some}. `
          + "Give one outcome for each forecast, in the same order.");
      }
      const mean = bookkitBrier.score(forecasts.values, outcomes.values);
      say(bookkitBrier.words(mean));
      rows.replaceChildren(...forecasts.values.map((forecast, i) => {
        const outcome = outcomes.values[i];
        const row = document.createElement("tr");
        row.append(cell(`${Number((100 * forecast).toPrecision(12))}\u00a0%`),
          cell(outcome ? "happened" : "did not happen"),
          cell(bookkitBrier.digits((forecast - outcome) ** 2)));
        return row;
      }));
      if (!model) return undefined;
      model.set("forecasts", forecasts.values);
      model.set("outcomes", outcomes.values);
      model.set("score", mean);
      return model.save_changes();
    }

    form.addEventListener("submit", (event) => {
      event.preventDefault();
      work();
    });
    for (const part of root.querySelectorAll(".bk-js")) part.hidden = false;
    root.classList.add("bk-live");
    if (!model) return;
    for (const control of root.querySelectorAll("button, textarea")) {
      control.dataset.lmSuppressShortcuts = "true"; // JupyterLab would take letters and arrow keys
    }
  }

  return { mount };
})();

if (document.currentScript) {
  document.addEventListener("DOMContentLoaded", () =>
    document.querySelectorAll(".bk-scorer").forEach((root) =>
      setTimeout(() => bookkitScorer.mount(root))));
}
