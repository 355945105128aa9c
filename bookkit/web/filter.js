// Lets a reader narrow down the tables of a page that stand in a .bk-filter: by period (the heading
// above the table), by the columns Who and Kind, and by words. Without scripts the tables are whole.
const bookkitFilter = (() => {
  const COLUMNS = ["Who", "Kind"];
  const LISTED = ", "; // between several values in one cell

  const cellText = (row, index) => row.cells[index].textContent.trim();

  function select(label, values, everything) {
    const control = document.createElement("select");
    control.append(...[everything, ...values].map((value) => new Option(value)));
    return [labelled(label, control), control];
  }

  function labelled(words, control) {
    const label = document.createElement("label");
    label.append(words, control);
    return label;
  }

  function mount(boxes) {
    const rows = boxes.flatMap((box) => {
      const heads = [...box.querySelectorAll("th")].map((head) => head.textContent.trim());
      const section = box.closest("section");
      const period = section.querySelector("h2").firstChild.textContent.trim();
      return [...box.querySelectorAll("tbody tr")].map((row) => ({
        row,
        section,
        period,
        words: row.textContent.toLowerCase(),
        values: COLUMNS.map((name) => cellText(row, heads.indexOf(name)).split(LISTED)),
      }));
    });
    const sorted = (values) => [...new Set(values)].sort((a, b) => a.localeCompare(b, "en"));
    const form = document.createElement("form");
    form.className = "bk-filter-form";
    const [periodLabel, period] = select("Period", new Set(rows.map((r) => r.period)), "All");
    const choices = COLUMNS.map((name, index) =>
      select(name, sorted(rows.flatMap((r) => r.values[index])), "All"));
    const words = document.createElement("input");
    words.type = "search";
    const said = document.createElement("p");
    said.setAttribute("role", "status");
    form.append(periodLabel, ...choices.map(([label]) => label), labelled("Words", words), said);

    function update() {
      const wanted = words.value.trim().toLowerCase();
      let shown = 0;
      for (const { row, period: when, words: text, values } of rows) {
        const fits = (period.value === "All" || period.value === when) && text.includes(wanted)
          && choices.every(([, choice], k) =>
            choice.value === "All" || values[k].includes(choice.value));
        row.hidden = !fits;
        shown += fits;
      }
      for (const section of new Set(rows.map((r) => r.section))) {
        section.hidden = !rows.some((r) => r.section === section && !r.row.hidden);
      }
      said.textContent = `Showing ${shown} of ${rows.length} events.`;
    }

    form.addEventListener("input", update);
    form.addEventListener("submit", (event) => event.preventDefault());
    rows[0].section.before(form);
    update(); // a browser may keep what was chosen before a reload
  }

  return { mount };
})();

if (document.currentScript) {
  document.addEventListener("DOMContentLoaded", () => {
    const boxes = [...document.querySelectorAll(".bk-filter")];
    if (boxes.length) bookkitFilter.mount(boxes);
  });
}
