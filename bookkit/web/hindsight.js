/* The hindsight experiment: two lists of chances in, means, difference, interval and a strip chart out.
   The same numbers and words as bookkit/hindsight.py. Nothing is kept. */

const bookkitHindsight = (() => {
  const [FEWEST, MOST] = [3, 500];
  const NORMAL = -1.959963984540054;
  const LANES = { without: 34, told: 92 };
  const LABELS = { without: "Form K, without the outcome", told: "Form M, with the outcome" };

  /** Student's t that 2.5 % of draws exceed (Hill 1970), for 2 or more degrees of freedom. */
  function tQuantile(n) {
    if (n === 2) return Math.sqrt(2 / (0.05 * 1.95) - 2);
    const a = 1 / (n - 0.5);
    const b = 48 / a ** 2;
    let c = ((20700 * a / b - 98) * a - 16) * a + 96.36;
    const d = ((94.5 / (b + c) - 3) / b + 1) * Math.sqrt(a * Math.PI / 2) * n;
    let y = (d * 0.05) ** (2 / n);
    if (y > 0.05 + a) {
      const x = NORMAL;
      y = x ** 2;
      if (n < 5) c += 0.3 * (n - 4.5) * (x + 0.6);
      c += (((0.05 * d * x - 5) * x - 7) * x - 2) * x + b;
      y = (((((0.4 * y + 6.3) * y + 36) * y + 94.5) / c - y - 3) / b + 1) * x;
      y = Math.expm1(a * y ** 2);
    } else {
      const tail = 1 / (((n + 6) / (n * y) - 0.089 * d - 0.822) * (n + 2) * 3);
      y = ((tail + 0.5 / (n + 4)) * y - 1) * (n + 1) / (n + 2) + 1 / y;
    }
    return Math.sqrt(n * y);
  }

  const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = (values) => {
    const centre = mean(values);
    return values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1);
  };

  /** Means, difference and its 95 % interval (Welch 1947), in points. */
  function compare(without, told) {
    const groups = [without, told];
    const means = groups.map(mean);
    const errors = groups.map((values) => variance(values) / values.length);
    const error = errors[0] + errors[1];
    const freedom = error ** 2 / groups.reduce((sum, values, i) =>
      sum + errors[i] ** 2 / (values.length - 1), 0);
    const half = error > 0 ? tQuantile(freedom) * Math.sqrt(error) : 0;
    const difference = means[1] - means[0];
    return { without, told, means, difference, low: difference - half, high: difference + half };
  }

  /** Read chances in per cent, apart by spaces, line breaks or semicolons: {values} or {problem}. */
  function read(text) {
    const list = text.split(/[\s;]+/).map((part) => part.replace(/,$|%,?$/, "")).filter(Boolean);
    if (list.length < FEWEST || list.length > MOST) {
      return { problem: `There are ${list.length} answers. Write ${FEWEST} to ${MOST}, one for each `
        + "person, with a space between them." };
    }
    const bad = list.findIndex((part) => !/^\d{1,3}(\.\d+)?$/.test(part) || Number(part) > 100);
    if (bad >= 0) {
      return { problem: `Answer ${bad + 1}, \u201c${list[bad]}\u201d, is no chance from 0 to 100 `
        + "per cent. Write it as 35, and put a space between two answers." };
    }
    return { values: list.map(Number) };
  }

  const tenths = (value) => value.toFixed(1).replace(/^-0\.0$/, "0.0").replace("-", "\u2212");

  function words({ without, told, means, difference, low, high }) {
    const numbers = `Without the outcome: ${without.length} answers, mean ${tenths(means[0])}\u00a0%. `
      + `With it: ${told.length} answers, mean ${tenths(means[1])}\u00a0%. Difference: `
      + `${tenths(difference)} points, 95\u00a0% interval ${tenths(low)} to ${tenths(high)}.`;
    if (low <= 0 && high >= 0) {
      return [numbers, "The interval holds zero. This class cannot tell an effect from chance, and "
        + "that is no proof that there is none."];
    }
    return [numbers, "The interval leaves out zero: chance alone would seldom give so large a "
      + `difference. In this class those who knew the outcome gave ${
        difference > 0 ? "higher" : "lower"} chances.`];
  }

  const x = (percent) => (10 + 2.2 * percent).toFixed(1);

  function drawing(tag, attributes, text) {
    const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    if (text) made.textContent = text;
    return made;
  }

  /** One group: its name, one dot an answer (equal ones pile up), a bar at the mean. */
  function lane(name, values, centre) {
    const seen = new Map();
    const dots = [...values].sort((a, b) => a - b).map((value) => {
      const pile = seen.get(value) ?? 0;
      seen.set(value, pile + 1);
      return drawing("circle", { cx: x(value), cy: (LANES[name] - 4 * pile).toFixed(1), r: 4,
        "fill-opacity": 0.7 });
    });
    const group = drawing("g", { class: `bk-${name}` });
    group.append(drawing("text", { x: 10, y: LANES[name] - 22 }, LABELS[name]), ...dots,
      drawing("path", { d: `M${x(centre)} ${LANES[name] - 16}v28`, fill: "none",
        stroke: "currentColor" }));
    return group;
  }

  function mount(root, { model } = {}) {
    const find = (selector) => root.querySelector(selector);
    const [form, note, said, svg] = ["form", ".bk-note", ".bk-said", "svg"].map(find);
    const fields = [...root.querySelectorAll("textarea")];
    const say = (...lines) => said.replaceChildren(...lines.map((text) =>
      Object.assign(document.createElement("p"), { textContent: text })));

    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const readings = fields.map((field) => read(field.value));
      fields.forEach((field, i) => { field.ariaInvalid = readings[i].problem ? "true" : null; });
      const bad = readings.findIndex(({ problem }) => problem);
      note.hidden = true;
      svg.parentElement.hidden = bad >= 0; // an old chart beside a new fault would mislead
      if (bad >= 0) {
        say(`Form ${"KM"[bad]}: ${readings[bad].problem}`);
        fields[bad].focus();
        return;
      }
      const result = compare(...readings.map(({ values }) => values));
      say(...words(result));
      for (const old of svg.querySelectorAll(".bk-without, .bk-told")) old.remove();
      svg.append(lane("without", result.without, result.means[0]),
        lane("told", result.told, result.means[1]));
      if (!model) return;
      model.set("without", result.without);
      model.set("told", result.told);
      model.save_changes();
    });
    form.hidden = false;
    root.classList.add("bk-live");
    if (!model) return;
    for (const control of root.querySelectorAll("button, textarea")) {
      control.dataset.lmSuppressShortcuts = "true"; // JupyterLab would take letters and arrow keys
    }
  }

  return { mount, compare, read, tQuantile, words };
})();

if (document.currentScript) {
  document.addEventListener("DOMContentLoaded", () =>
    document.querySelectorAll(".bk-hindsight").forEach((root) =>
      setTimeout(() => bookkitHindsight.mount(root))));
}
