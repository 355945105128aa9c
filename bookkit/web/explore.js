/* A chart with controls. On the page every frame is stored as runs of lines that all frames share;
   in a live notebook a new frame comes from Python. */

const bookkitExplore = (() => {
  /** Join runs of lines (first, count, first, count, …), as `unpack` in explore.py does. */
  function unpack(lines, runs) {
    const parts = [];
    for (let i = 0; i < runs.length; i += 2) {
      parts.push(...lines.slice(runs[i], runs[i] + runs[i + 1]));
    }
    return parts.join("\n");
  }

  /** What a control holds: how many values, and the position of the one that is set. */
  function read(control) {
    const fields = [...control.querySelectorAll("input, select")];
    const [first] = fields;
    switch (control.dataset.kind) {
      case "range": return { size: Number(first.max) + 1, at: first.valueAsNumber };
      case "checkbox": return { size: 2, at: Number(first.checked) };
      case "select": return { size: first.options.length, at: first.selectedIndex };
      default: return { size: fields.length, at: fields.findIndex((radio) => radio.checked) };
    }
  }

  function write(control, at) {
    const fields = [...control.querySelectorAll("input, select")];
    const [first] = fields;
    switch (control.dataset.kind) {
      case "range": first.value = at; break;
      case "checkbox": first.checked = at === 1; break;
      case "select": first.selectedIndex = at; break;
      default: fields[at].checked = true;
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

    /** The frame of the present setting: the last control counts fastest. */
    function stored() {
      const at = controls.map(read).reduce((sum, { size, at }) => sum * size + at, 0);
      return {
        svg: unpack(data.lines, data.svg[at]),
        text: data.text[at],
        table: data.table.length ? unpack(data.lines, data.table[at]) : "",
      };
    }

    /** Say the value of each slider in words. */
    function speak() {
      controls.forEach((control, i) => {
        if (!data.words[i]) return;
        const word = data.words[i][read(control).at];
        control.querySelector("output").textContent = word;
        control.querySelector("input").ariaValueText = word;
      });
    }

    function change() {
      speak();
      if (!model) return show(stored());
      model.set("positions", controls.map((control) => read(control).at));
      model.save_changes();
    }

    /** Take over what Python, or another view of the same widget, has set. */
    function follow() {
      model.get("positions").forEach((at, i) => write(controls[i], at));
      speak();
      const frame = model.get("frame");
      if (frame.text !== undefined) show(frame);
    }

    root.querySelector(".bk-setting").remove();
    if (!model && !data.table.length) {
      values.querySelector("summary").textContent = "Values in this chart, as it was first shown";
    }
    form.hidden = false;
    form.addEventListener("input", change);
    form.addEventListener("submit", (event) => event.preventDefault());
    root.classList.add("bk-live");
    speak();
    if (!model) return;
    follow();
    model.on("change:frame", () => show(model.get("frame")));
    for (const control of root.querySelectorAll("input, select, summary")) {
      control.dataset.lmSuppressShortcuts = "true"; // JupyterLab would take arrow keys and letters
    }
  }

  return { mount };
})();

if (document.currentScript) { // each in a task of its own, so that a slow phone stays responsive
  document.addEventListener("DOMContentLoaded", () =>
    document.querySelectorAll(".bk-explore").forEach((root) =>
      setTimeout(() => bookkitExplore.mount(root))));
}
