/* A chart with controls. On the page every frame is stored as runs of lines that all frames share;
   in a live notebook a new frame comes from Python. */

const bookkitExplore = (() => {
  /** Join runs of lines (first, count, first, count, …), as `unpack` in explore.py does. */
  function unpack(lines, runs) {
    const parts = [];
    for (let i = 0; i < runs.length; i += 2) parts.push(...lines.slice(runs[i], runs[i] + runs[i + 1]));
    return parts.join("\n");
  }

  /** Position of a control among its values. */
  function position(control) {
    const [first] = control.querySelectorAll("input, select");
    switch (control.dataset.kind) {
      case "range": return first.valueAsNumber;
      case "checkbox": return Number(first.checked);
      case "select": return first.selectedIndex;
      default: return [...control.querySelectorAll("input")].findIndex((radio) => radio.checked);
    }
  }

  /** Number of options of a control. */
  function size(control) {
    const [first] = control.querySelectorAll("input, select");
    switch (control.dataset.kind) {
      case "range": return Number(first.max) + 1;
      case "checkbox": return 2;
      case "select": return first.options.length;
      default: return control.querySelectorAll("input").length;
    }
  }

  function swap(old, markup) {
    const template = document.createElement("template");
    template.innerHTML = markup; // made by this book's own build, never by a reader
    old.replaceWith(template.content);
  }

  function mount(root, { model } = {}) {
    if (root.classList.contains("bk-live")) return;
    const data = JSON.parse(root.querySelector(".bk-data").textContent);
    const form = root.querySelector(".bk-controls");
    const controls = [...form.querySelectorAll(".bk-control")];
    const said = root.querySelector(".bk-said");
    const values = root.querySelector(".bk-values");

    function show({ svg, text, table }) {
      if (svg) swap(root.querySelector(".bk-svg"), svg);
      said.textContent = text;
      if (table) swap(values.querySelector(".bk-scroll"), table);
    }

    /** The frame at these positions: the last control counts fastest. */
    function stored(positions) {
      const at = positions.reduce((sum, place, i) => sum * size(controls[i]) + place, 0);
      return {
        svg: unpack(data.lines, data.svg[at]),
        text: data.text[at],
        table: data.table.length ? unpack(data.lines, data.table[at]) : "",
      };
    }

    function speak(positions) {
      controls.forEach((control, i) => {
        if (!data.words[i]) return;
        const word = data.words[i][positions[i]];
        control.querySelector("input").ariaValueText = control.querySelector("output").textContent = word;
      });
    }

    function change() {
      const positions = controls.map(position);
      speak(positions);
      if (!model) return show(stored(positions));
      model.set("positions", positions);
      model.save_changes();
    }

    root.querySelector(".bk-setting").remove();
    if (!model && !data.table.length) {
      values.querySelector("summary").textContent = "Values in this chart, as it was first shown";
    }
    form.hidden = false;
    form.addEventListener("input", change);
    form.addEventListener("submit", (event) => event.preventDefault());
    root.classList.add("bk-live");
    speak(controls.map(position));
    model?.on("change:frame", () => show(model.get("frame")));
  }

  return { mount };
})();

if (document.currentScript) {
  document.addEventListener("DOMContentLoaded", () =>
    document.querySelectorAll(".bk-explore").forEach((root) => bookkitExplore.mount(root)));
}
