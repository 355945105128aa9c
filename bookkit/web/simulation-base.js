/* Border Watch: small parts that the desk and the class screen share, and the sizes of the teams. */

const bookkitSimBase = (() => {
  /** An element with properties or attributes (on… are listeners) and children; null is left out. */
  function h(tag, props = {}, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(props)) {
      if (value === undefined || value === null) continue;
      if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
      else if (name in node) node[name] = value;
      else node.setAttribute(name, value);
    }
    node.append(...children.flat().filter((child) => child !== null && child !== undefined));
    return node;
  }

  const button = (text, onclick, props = {}) => h("button", { type: "button", onclick, ...props }, text);
  const list = (texts, tag = "ul") => h(tag, {}, texts.map((text) => h("li", {}, text)));
  const bold = (text) => h("strong", {}, text);

  /** A table with a heading for each column; the first cell of a row names it. */
  function table(head, rows) {
    const cell = (content, i) => (i ? h("td", {}, content) : h("th", { scope: "row" }, content));
    return h("table", {},
      h("thead", {}, h("tr", {}, head.map((title) => h("th", { scope: "col" }, title)))),
      h("tbody", {}, rows.map((row) => h("tr", {}, row.map(cell)))));
  }

  /* ---- what the plan and the file say ---- */

  /** All steps of a plan in one row; each knows its lesson, counted from 1. */
  function stepsOf(known, plan) {
    const format = known.formats.find(({ id }) => id === plan);
    return (format?.lessons ?? []).flatMap((steps, i) =>
      steps.map((step) => ({ ...step, lesson: i + 1 })));
  }

  /** The step that is on; null before the start. */
  const stepNow = (known, state) =>
    (state.at === null ? null : stepsOf(known, state.plan)[state.at] ?? null);

  /** The turn that is being played or was played last, 0 before the first. */
  function turnNow(known, state) {
    if (state.at === null) return 0;
    const steps = stepsOf(known, state.plan).slice(0, state.at + 1);
    return Math.max(0, ...steps.map(({ turn }) => turn ?? 0));
  }

  const teamOf = (known, id) => known.teams.find((team) => team.id === id);

  /** Who hears a news item, in words. */
  function hearers(known, ids) {
    if (ids.includes("all")) return "all";
    const numbers = ids.map((id) => teamOf(known, id).number).sort();
    return numbers.length > 1
      ? `teams ${numbers.slice(0, -1).join(", ")} and ${numbers.at(-1)}` : `team ${numbers[0]}`;
  }

  /** How many of a class sit at the observer desk, unless control says otherwise. */
  const deskSize = (sizes, students) => Math.max(0, ...sizes.observers
    .filter((one) => one.students <= students).map(({ desk }) => desk));

  /** Students in each team by id, as bookkit.simulationfile.team_sizes has them; null if too few. */
  function teamSizes(sizes, students, observers) {
    const many = sizes.extra.length;
    const [each, rest] = [Math.floor((students - observers) / many), (students - observers) % many];
    if (each < 1) return null;
    return Object.fromEntries(sizes.extra.map((team, place) => [team, each + (place < rest ? 1 : 0)]));
  }

  /** What a news item says: its own words, or those that control gave it. */
  const newsText = (known, state, id) =>
    state.news[id]?.text ?? known.injects.find((one) => one.id === id).text;

  /** A file for the reader's disk. */
  function download(name, content, type) {
    const url = URL.createObjectURL(new Blob([content], { type }));
    const link = h("a", { href: url, download: name });
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
  }

  return {
    h, button, list, bold, table, stepsOf, stepNow, turnNow, teamOf, hearers, deskSize, teamSizes,
    newsText, download,
  };
})();
