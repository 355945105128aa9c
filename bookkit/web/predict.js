/* A guess before the data. The page (or a live widget) holds a finished chart and, as JSON, where
   its values lie in the drawing. This script hides the answer, lets the reader guess with sliders,
   by dragging (predict-guess.js) or by typing, and then shows guess and data together. */

const bookkitPredict = (() => {
  const { gapOf } = bookkitGuess;
  const HIDDEN = "Axes without the data. The data appear once you have committed a guess.";
  const UNMOVED = "Nothing has moved yet. Make your guess, or commit again to keep this one.";
  const BOTH = "Dashed lines and open circles are your guess; thin lines show the gap.";

  /* ---- values in words ---- */

  function words({ dates, years, unit }) {
    const day = { day: "numeric", month: "long", timeZone: "UTC" };
    if (years) day.year = "numeric";
    const bare = (value) => dates
      ? new Date(value * 864e5).toLocaleDateString("en-GB", day)
      : value.toLocaleString("en-GB", { maximumFractionDigits: 6 });
    const say = (value) => unit ? `${bare(value)} ${unit}` : bare(value);
    const size = (gap) => dates
      ? `${Math.abs(gap)} ${Math.abs(gap) === 1 ? "day" : "days"}`
      : say(Number(Math.abs(gap).toPrecision(12)));
    const record = ({ low, high }) => low === high ? say(low) : `${bare(low)} to ${say(high)}`;
    return { bare, say, size, record };
  }

  function verdict(data, handle, guess, size) {
    const gap = gapOf(handle, guess);
    if (gap === 0 && handle.low !== handle.high) return "inside the range";
    if (gap === 0) return data.dates ? "the right day" : "exactly right";
    const near = data.kind !== "number" && Math.abs(gap) <= data.step / 2;
    if (near) return "as near as the slider goes";
    if (data.dates) return `${size(gap)} ${gap < 0 ? "early" : "late"}`;
    return `${size(gap)} ${gap < 0 ? "below" : "above"}`;
  }

  /** One sentence for each handle and, if there are several, one for all. */
  function sentences(data, guesses, { say, size, record }) {
    const many = data.handles.length > 1;
    const each = data.handles.map((handle, i) =>
      `${many ? `${handle.label}: y` : "Y"}ou said ${say(guesses[i])}; ` +
      `${data.said} ${record(handle)}: ${verdict(data, handle, guesses[i], size)}.`);
    if (!many) return { each, overall: "" };
    const gaps = data.handles.map((handle, i) => Math.abs(gapOf(handle, guesses[i])));
    const worst = Math.max(...gaps);
    if (worst === 0) return { each, overall: "All of your guesses fit the data." };
    const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
    const about = data.dates ? Math.round(mean) : Number(mean.toPrecision(2));
    const furthest = data.handles[gaps.indexOf(worst)].label;
    return { each, overall: `On average you were about ${size(about)} off, most on: ${furthest}.` };
  }

  /** Read "110 000", "110,000", "1,5" or "1.5"; NaN for anything else. */
  function parse(text) {
    const bare = text.replace(/[\s'\u2019]/g, "").replace("\u2212", "-");
    if (/^-?\d{1,3}(,\d{3})+(\.\d+)?$/.test(bare)) return Number(bare.replaceAll(",", ""));
    return /^-?\d+([.,]\d+)?$/.test(bare) ? Number(bare.replace(",", ".")) : NaN;
  }

  /* ---- what is kept between visits: in the widget's model, or in this browser ---- */

  function sound(data, saved) {
    const guess = saved?.guess;
    if (!guess || typeof guess !== "object" || saved.version !== data.version) return null;
    const fits = (value) => Number.isFinite(value) &&
      (data.kind === "number" || (value >= data.min && value <= data.max));
    const whole = data.handles.every(
      ({ label }) => Object.hasOwn(guess, label) && fits(guess[label]));
    const why = typeof saved.why === "string" ? saved.why.slice(0, 5000) : "";
    return whole ? { guess, why, revealed: saved.revealed === true } : null;
  }

  function keeper(data, model) {
    const key = `bookkit:1:predict:${data.name}`;
    const { version } = data;
    const get = (field) => model.get(field);
    if (model) {
      return {
        load: () => ({ version, guess: get("guess"), revealed: get("revealed"), why: get("why") }),
        save(state) {
          Object.entries(state).forEach(([field, value]) => model.set(field, value));
          model.save_changes();
        },
      };
    }
    return { // a browser may refuse storage, and anything may stand in it
      load() { try { return JSON.parse(localStorage.getItem(key)); } catch { return null; } },
      save(state) {
        const text = JSON.stringify({ version, ...state });
        try { localStorage.setItem(key, text); } catch { /* it works unsaved */ }
      },
    };
  }

  /* ---- one prediction ---- */

  function mount(root, { model } = {}) {
    if (root.classList.contains("bk-live")) return;
    const find = (selector) => root.querySelector(selector);
    const data = JSON.parse(find(".bk-data").textContent);
    const spoken = words(data);
    const kept = keeper(data, model);
    const typed = data.kind === "number";
    const [figure, scroller, svg, form, fieldset, commit, how, result, after, why] =
      [".bk-figure", ".bk-scroll", ".bk-svg", ".bk-controls", "fieldset", ".bk-commit", ".bk-how",
        ".bk-result", ".bk-after", "textarea"].map(find);
    const [inputs, outputs] = ["input", "output"].map((tag) => [...form.querySelectorAll(tag)]);
    // What names the chart tells its finding, also to a screen reader: it waits for the guess.
    const asked = find(".bk-title").textContent;
    const named = [how, svg.querySelector("title"), svg.querySelector("desc")];
    const before = [how.textContent, asked, HIDDEN];
    const afterwards = [BOTH, ...named.slice(1).map((part) => part.textContent)];
    const chart = scroller.ariaLabel;
    let moved = false;
    let state = { guesses: data.handles.map(({ start }) => typed ? NaN : start), revealed: false };
    const tagged = data.handles.length > 1 ? spoken.bare : spoken.say;
    const art = bookkitGuess.draw(svg, data, tagged, guess);

    function update() {
      const { guesses, revealed } = state;
      outputs.forEach((output, i) => {
        inputs[i].value = guesses[i];
        inputs[i].ariaValueText = output.textContent = spoken.say(guesses[i]);
      });
      art.layer.classList.toggle("bk-fixed", revealed);
      art.render(guesses);
      root.classList.toggle("bk-revealed", revealed);
      if (revealed && fieldset.contains(document.activeElement)) commit.focus();
      fieldset.disabled = revealed;
      after.hidden = !revealed;
      commit.ariaDisabled = String(revealed);
      commit.textContent = revealed ? "Guess committed" : "Commit my guess";
      named.forEach((part, i) => { part.textContent = (revealed ? afterwards : before)[i]; });
      scroller.ariaLabel = revealed ? chart : `Chart: ${asked}`;
      result.replaceChildren(...(revealed ? compared() : []));
    }

    function compared() {
      const { each, overall } = sentences(data, state.guesses, spoken);
      const list = document.createElement("ul");
      for (const text of each) list.appendChild(document.createElement("li")).textContent = text;
      return [list, overall];
    }

    function keep() {
      const pairs = data.handles.map(({ label }, i) => [label, state.guesses[i]]);
      const guess = Object.fromEntries(pairs.filter(([, value]) => Number.isFinite(value)));
      kept.save({ guess, revealed: state.revealed, why: why.value });
    }

    function guess(i, value) {
      if (state.revealed) return;
      moved = true;
      state.guesses[i] = value;
      inputs[i].ariaInvalid = null;
      update();
      if (Number.isFinite(value)) keep();
      if (typed) return;
      const [knob, view] = [art.knob(i), scroller].map((part) => part.getBoundingClientRect());
      if (knob.right > view.right || knob.left < view.left) { // a narrow screen shows half a chart
        scroller.scrollLeft += knob.left - view.left - view.width / 2;
      }
    }

    function reveal(revealed) {
      state.revealed = revealed;
      update();
      keep();
    }

    function restore() {
      const saved = sound(data, kept.load());
      if (!saved) return;
      const guesses = data.handles.map(({ label }) => saved.guess[label]);
      const fresh = { guesses, revealed: saved.revealed };
      if (JSON.stringify(fresh) === JSON.stringify(state)) return;
      [state, moved, why.value] = [fresh, true, saved.why];
      if (typed) inputs[0].value = String(guesses[0]);
      update();
    }

    inputs.forEach((input, i) => {
      input.addEventListener("input",
        () => guess(i, typed ? parse(input.value) : input.valueAsNumber));
      input.addEventListener("keydown", (event) => { // JupyterLab swallows the browser's own Enter
        if (event.key !== "Enter") return;
        event.preventDefault();
        form.requestSubmit();
      });
      input.addEventListener("focus", () => art.mark(i));
      input.addEventListener("blur", () => art.mark(-1));
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (state.revealed) return;
      if (!state.guesses.every(Number.isFinite)) {
        result.textContent = "Type a number in digits, for instance 1,500.";
        inputs[0].ariaInvalid = "true";
        inputs[0].focus();
      } else if (!moved) {
        moved = true;
        result.textContent = UNMOVED;
      } else {
        reveal(true);
        figure.scrollIntoView({ block: "nearest" }); // on a phone the button is far below the chart
      }
    });
    why.addEventListener("change", keep);
    find(".bk-quiet").addEventListener("click", () => {
      reveal(false);
      inputs[0].focus();
    });

    // Without scripts chart and explanation fold open together; here they come one after the other.
    find(".bk-reading").append(find(".bk-explain"));
    find(".bk-reveal").replaceWith(figure);
    root.querySelectorAll(".bk-js").forEach((part) => { part.hidden = false; });
    root.classList.add("bk-live");
    update();
    restore();
    result.role = "status"; // only now: what was restored needs no announcement
    if (!model) return;
    model.on("change:guess change:revealed", restore);
    for (const control of root.querySelectorAll("button, input, textarea, summary")) {
      control.dataset.lmSuppressShortcuts = "true"; // JupyterLab would take arrow keys and letters
    }
  }

  return { mount };
})();

if (document.currentScript) { // each in a task of its own, so that a slow phone stays responsive
  document.addEventListener("DOMContentLoaded", () =>
    document.querySelectorAll(".bk-predict").forEach((root) =>
      setTimeout(() => bookkitPredict.mount(root))));
}
