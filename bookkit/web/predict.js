/* A guess before the data. The page (or a live widget) holds a finished chart and, as JSON, where
   its values lie in the drawing. This script hides the answer, lets the reader guess with sliders,
   by dragging or by typing, and then shows guess and data together. */

const bookkitPredict = (() => {
  const KNOB = 7; // radius of a handle, in the drawing's units
  const REACH = 22; // radius within which a finger still takes hold of it
  const HIDDEN = "Axes without the data. The data appear once you have committed a guess.";
  const BOTH = "Dashed lines and open circles are your guess; thin lines show the gap.";

  /* ---- values in words ---- */

  function words({ dates, years, unit }) {
    const day = { day: "numeric", month: "long", timeZone: "UTC", ...(years && { year: "numeric" }) };
    const bare = (value) => dates
      ? new Date(value * 864e5).toLocaleDateString("en-GB", day)
      : value.toLocaleString("en-GB", { maximumFractionDigits: 6 });
    const say = (value) => unit ? `${bare(value)} ${unit}` : bare(value);
    const size = (gap) => {
      if (dates) return `${Math.abs(gap)} ${Math.abs(gap) === 1 ? "day" : "days"}`;
      return say(Number(Math.abs(gap).toPrecision(12)));
    };
    const record = ({ low, high }) => low === high ? say(low) : `${bare(low)} to ${say(high)}`;
    return { bare, say, size, record };
  }

  /** Signed distance from a guess to the nearest recorded value; 0 inside the range. */
  const gapOf = ({ low, high }, guess) => guess - Math.min(Math.max(guess, low), high);

  function verdict(data, handle, guess, size) {
    const gap = gapOf(handle, guess);
    if (gap === 0 && handle.low !== handle.high) return "inside the range";
    if (gap === 0) return data.dates ? "the right day" : "exactly right";
    if (data.kind !== "number" && Math.abs(gap) <= data.step / 2) return "as near as the slider goes";
    if (data.dates) return `${size(gap)} ${gap < 0 ? "early" : "late"}`;
    return `${size(gap)} too ${gap < 0 ? "low" : "high"}`;
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

  /* ---- values in the drawing ---- */

  function scale({ from, to, log }) {
    const [bend, unbend] = log ? [Math.log, Math.exp] : [(value) => value, (value) => value];
    const [low, high] = from.map(bend);
    return {
      pixel: (value) => to[0] + (bend(value) - low) / (high - low) * (to[1] - to[0]),
      value: (pixel) => unbend(low + (pixel - to[0]) / (to[1] - to[0]) * (high - low)),
    };
  }

  function snap({ min, max, step }, value) {
    const steps = Math.round((Math.min(Math.max(value, min), max) - min) / step);
    return Number(Math.min(min + steps * step, max).toPrecision(12));
  }

  /* ---- what is kept between visits: in the widget's model, or in this browser ---- */

  function sound(data, saved) {
    const guess = saved?.guess;
    if (!guess || typeof guess !== "object" || saved.version !== data.version) return null;
    const fits = (value) => Number.isFinite(value) &&
      (data.kind === "number" || (value >= data.min && value <= data.max));
    const whole = data.handles.every(({ label }) => Object.hasOwn(guess, label) && fits(guess[label]));
    const why = typeof saved.why === "string" ? saved.why.slice(0, 5000) : "";
    return whole ? { guess, why, revealed: saved.revealed === true } : null;
  }

  function keeper(data, model) {
    const key = `bookkit:1:predict:${data.name}`;
    const fields = ["guess", "revealed", "why"];
    if (model) {
      return {
        load: () => ({ version: data.version, ...Object.fromEntries(fields.map((f) => [f, model.get(f)])) }),
        save(state) {
          fields.forEach((field) => model.set(field, state[field]));
          model.save_changes();
        },
      };
    }
    return { // a browser may refuse storage, and anything may stand in it
      load() { try { return JSON.parse(localStorage.getItem(key)); } catch { return null; } },
      save(state) {
        const text = JSON.stringify({ version: data.version, ...state });
        try { localStorage.setItem(key, text); } catch { /* the prediction works unsaved */ }
      },
    };
  }

  /* ---- the guess, drawn over the chart ---- */

  function shape(tag, className, parent) {
    const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
    made.setAttribute("class", className);
    parent.append(made);
    return made;
  }

  const place = (target, attributes) =>
    Object.entries(attributes).forEach(([name, value]) => target.setAttribute(name, value));

  function drawing(svg, data, say, tell) {
    const { pixel, value } = scale(data.scale);
    const across = data.axis === "x"; // the guess is read along x
    const [left, top, width, height] = data.plot;
    const [begin, span] = across ? [left, width] : [top, height];
    const point = (along, at) => across ? [along, at] : [at, along];
    const join = (...points) => "M" + points.map((pair) => pair.join(" ")).join("L");

    const layer = shape("g", "bk-guess", svg);
    const hit = shape("rect", "bk-hit", layer);
    place(hit, { x: left - 8, y: top - 8, width: width + 16, height: height + 16 });
    const line = shape("path", "bk-dashed", layer);
    const marks = data.handles.map(({ label, at }) => {
      if (data.kind === "dates") { // each event has a row of its own, with its name
        place(shape("path", "bk-row", layer), { d: join([left, at], [left + width, at]) });
        const name = shape("text", "bk-tag bk-event", layer);
        place(name, { x: left, y: at - 12 });
        name.textContent = label;
      }
      const group = shape("g", "bk-mark", layer);
      const make = (tag, name) => shape(tag, name, group);
      return {
        group, gap: make("path", "bk-gapline"), form: make("path", "bk-dashed"),
        reach: make("circle", "bk-reach"), knob: make("circle", "bk-knob"), tag: make("text", "bk-tag"),
      };
    });

    /** The outline of a bar, or a rule across the plot. */
    function form({ at, half }, along) {
      if (data.kind === "bars") {
        const base = pixel(data.base);
        return join(point(base, at - half), point(along, at - half),
          point(along, at + half), point(base, at + half));
      }
      if (data.kind !== "point" && data.kind !== "number") return "";
      return across
        ? join([along, top], [along, top + height]) : join([left, along], [left + width, along]);
    }

    function render(guesses) {
      data.handles.forEach((handle, i) => {
        const { group, gap, form: outline, reach, knob, tag } = marks[i];
        const along = pixel(guesses[i]);
        const inside = along >= begin - 1 && along <= begin + span + 1;
        group.toggleAttribute("hidden", !inside); // a typed guess may lie outside the axis
        if (!inside) return;
        const [x, y] = point(along, handle.at);
        const truth = point(pixel(guesses[i] - gapOf(handle, guesses[i])), handle.at);
        place(gap, { d: join([x, y], truth) });
        place(outline, { d: form(handle, along) });
        place(knob, { cx: x, cy: y, r: KNOB });
        place(reach, { cx: x, cy: y, r: REACH });
        const end = across && x > left + width * 0.65; // no room to the right of the circle
        const under = !across && y < top + 24; // no room above it
        place(tag, {
          x: across ? x + (end ? -14 : 14) : x, y: across ? y + 4 : y + (under ? 24 : -14),
          "text-anchor": across ? (end ? "end" : "start") : "middle",
        });
        tag.textContent = say(guesses[i]);
      });
      if (data.kind !== "line") return;
      const knots = data.handles.map((handle, i) => point(pixel(guesses[i]), handle.at));
      place(line, { d: join(...(data.anchor ? [data.anchor, ...knots] : knots)) });
    }

    let held = -1; // the handle that the pointer holds
    const mark = (i) => marks.forEach(({ group }, k) => group.classList.toggle("bk-active", k === i));
    const holding = (on) => layer.classList.toggle("bk-held", on);
    function follow(event) {
      const { x, y } = new DOMPoint(event.clientX, event.clientY)
        .matrixTransform(svg.getScreenCTM().inverse());
      const far = (i) => Math.abs(data.handles[i].at - (across ? y : x));
      if (held < 0 || data.kind === "line") { // a line is drawn in one sweep over its handles
        held = data.handles.reduce((best, _, i) => far(i) < far(best) ? i : best, 0);
      }
      mark(held);
      tell(held, snap(data, value(across ? x : y)));
    }
    function grip(event) {
      if (event.button || data.kind === "number") return;
      layer.setPointerCapture(event.pointerId);
      held = -1;
      holding(true);
      // A finger on the plot may be about to scroll the page: wait until it moves or lifts.
      if (event.pointerType !== "touch" || event.target !== hit) follow(event);
      event.preventDefault();
    }
    const drag = (event) => layer.classList.contains("bk-held") && follow(event);
    layer.addEventListener("pointerdown", grip);
    layer.addEventListener("pointermove", drag);
    layer.addEventListener("pointerup", (event) => { drag(event); holding(false); });
    layer.addEventListener("pointercancel", () => holding(false));
    return { layer, render, mark, knob: (i) => marks[i].knob };
  }

  /* ---- one prediction ---- */

  function mount(root, { model } = {}) {
    if (root.classList.contains("bk-live")) return;
    const find = (selector) => root.querySelector(selector);
    const data = JSON.parse(find(".bk-data").textContent);
    const spoken = words(data);
    const kept = keeper(data, model);
    const typed = data.kind === "number";
    const [figure, form, fieldset, commit] =
      [".bk-figure", ".bk-controls", "fieldset", ".bk-commit"].map(find);
    const [how, result, after, why] = [".bk-how", ".bk-result", ".bk-after", "textarea"].map(find);
    const inputs = [...root.querySelectorAll(".bk-handle input")];
    const outputs = [...root.querySelectorAll(".bk-handle output")];
    const advice = how.textContent;
    // What names the chart tells its finding, also to a screen reader: it waits for the guess.
    const scroller = figure.querySelector(".bk-scroll");
    const [title, description] = ["title", "desc"].map((tag) => figure.querySelector(`svg > ${tag}`));
    const told = [title.textContent, description.textContent, scroller.ariaLabel];
    const asked = find(".bk-title").textContent;
    let moved = false;
    let state = { guesses: data.handles.map(({ start }) => typed ? NaN : start), revealed: false };
    const tagged = data.handles.length > 1 ? spoken.bare : spoken.say;
    const art = drawing(figure.querySelector("svg"), data, tagged, guess);

    function update() {
      const { guesses, revealed } = state;
      if (!typed) {
        inputs.forEach((input, i) => {
          input.value = guesses[i];
          input.ariaValueText = outputs[i].textContent = spoken.say(guesses[i]);
        });
      }
      art.render(guesses);
      art.layer.classList.toggle("bk-fixed", revealed);
      root.classList.toggle("bk-revealed", revealed);
      if (revealed && fieldset.contains(document.activeElement)) commit.focus();
      fieldset.disabled = revealed;
      after.hidden = !revealed;
      commit.ariaDisabled = String(revealed);
      commit.textContent = revealed ? "Guess committed" : "Commit my guess";
      how.textContent = revealed ? BOTH : advice;
      [title.textContent, description.textContent, scroller.ariaLabel] =
        revealed ? told : [asked, HIDDEN, `Chart: ${asked}`];
      result.replaceChildren(...(revealed ? compared() : []));
    }

    function compared() {
      const { each, overall } = sentences(data, state.guesses, spoken);
      const list = document.createElement("ul");
      for (const text of each) list.appendChild(document.createElement("li")).textContent = text;
      return [list, overall];
    }

    function keep() {
      const guess = Object.fromEntries(data.handles.map(({ label }, i) => [label, state.guesses[i]]));
      kept.save({ guess, revealed: state.revealed, why: why.value });
    }

    function guess(i, value) {
      if (state.revealed) return;
      moved = true;
      state.guesses[i] = value;
      inputs[i].ariaInvalid = null;
      update();
      if (Number.isFinite(value)) keep();
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
      input.addEventListener("input", () => guess(i, typed ? parse(input.value) : input.valueAsNumber));
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
        result.textContent = "Nothing has moved yet. Make your guess, or commit again to keep this one.";
      } else reveal(true);
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
    model?.on("change:guess change:revealed", restore);
  }

  return { mount };
})();

if (document.currentScript) {
  document.addEventListener("DOMContentLoaded", () =>
    document.querySelectorAll(".bk-predict").forEach((root) => bookkitPredict.mount(root)));
}
