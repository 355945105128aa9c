/* Border Watch, control desk: the debrief, the log, saving, loading and erasing a run. */

const bookkitSimLog = (() => {
  const { h, button, bold, list, stepNow, download } = bookkitSimBase;
  const { clock, toText, toFile, parse, unread } = bookkitSimKept;

  /** The steps of the debrief; Moscow's card is opened here. */
  function debrief(desk) {
    const { known } = desk;
    const { steps } = known.debrief;
    const title = h("h4", { tabIndex: -1 });
    const body = h("div");
    const before = button("Step before", () => move(-1));
    const after = button("Next of the debrief", () => move(1), { className: "bk-main" });
    const open = button("Open Moscow\u2019s card to all", reveal);
    const box = h("div");
    const node = h("section", { className: "bk-panel" }, title, body, h("p", {}, open), box,
      h("p", {}, before, " ", after));

    function move(by) {
      const to = desk.state.debrief + by;
      const { title: name, minutes } = steps[to];
      desk.act("debrief", `Debrief: ${name}.`, (state) => {
        state.debrief = to;
        bookkitSimClock.set(state.timer, minutes);
      });
      title.focus();
    }

    function reveal() {
      const card = known.cards.find(({ id }) => id === desk.state.card);
      desk.act("card", `Moscow\u2019s card opened to all: ${card.id}, ${card.title}.`,
        (state) => { state.opened = true; });
      title.focus();
    }

    return {
      node,
      draw(state) {
        node.hidden = stepNow(known, state)?.kind !== "debrief";
        if (node.hidden) return;
        const step = steps[state.debrief];
        const card = known.cards.find(({ id }) => id === state.card);
        title.textContent = `${state.debrief + 1} of ${steps.length}: ${step.title}, ${
          step.minutes} minutes`;
        body.replaceChildren(h("p", {}, step.say), list(step.ask),
          ...(step.key ? [h("p", {}, bold("Key question: "), known.debrief.question)] : []),
          ...(step.id === "history" ? [list(known.history.happened.map(({ text }) => text)),
            h("p", {}, bold("What remains unknown")), list(known.history.unknown)] : []));
        open.hidden = state.opened;
        box.replaceChildren(...(state.opened
          ? [h("p", {}, bold(`Moscow held card ${card.id}: ${card.title}`)), list(card.aims, "ol"),
            h("p", { className: "bk-small" }, known.construct)] : []));
        before.hidden = state.debrief === 0;
        after.hidden = state.debrief === steps.length - 1;
      },
    };
  }

  const stamp = () => new Date().toISOString().slice(0, 10);

  function log(desk) {
    const { known } = desk;
    const lines = h("ol", { className: "bk-log", tabIndex: 0, ariaLabel: "Log" });
    const input = h("input", { id: "sim-note", type: "text", maxLength: 600, autocomplete: "off" });
    const file = h("input",
      { id: "sim-file", type: "file", accept: ".json,application/json", onchange: load });
    const said = h("p", { className: "bk-said", role: "status" });
    const old = button("Save the text that could not be read", () =>
      download("border-watch-unread.txt", unread() ?? "", "text/plain"));
    const erase = button("Erase this run", sure);
    let asked = false; // one press has asked, the next erases
    let waiting = null; // a run from a file that would replace this one

    function note(event) {
      event.preventDefault();
      if (!input.value.trim()) {
        said.textContent = "Write the note first.";
        input.focus();
        return;
      }
      desk.act("note", `Note: ${input.value.trim()}`);
      input.value = "";
      said.textContent = "Noted.";
    }

    function sure() {
      if (!asked) {
        asked = true;
        erase.textContent = "Yes, erase it";
        said.textContent = "This erases decisions and log from this browser. Press again to do it.";
        return;
      }
      reset();
      desk.erase();
    }

    function reset() {
      asked = false;
      erase.textContent = "Erase this run";
    }

    async function load() {
      const [chosen] = file.files;
      if (!chosen) return;
      const found = parse(known, await chosen.text());
      file.value = "";
      if (found.problem) {
        said.textContent = `This file was not loaded. ${found.problem} `
          + "Choose a file that this desk saved.";
        return;
      }
      waiting = found.state;
      if (desk.state.log.length) {
        said.replaceChildren("The file would replace the run on this desk. ",
          button("Replace it", replace), " ", button("Keep this run", keep));
        said.querySelector("button").focus();
      } else replace();
    }

    function replace() {
      desk.replace(waiting);
      said.textContent = "The run of the file is on the desk.";
    }

    function keep() {
      waiting = null;
      said.textContent = "This run stays.";
      file.focus();
    }

    const node = h("details", { className: "bk-panel", ontoggle: () => node.open || reset() },
      h("summary", {}, "Log, saving, erasing"),
      h("form", { method: "dialog", className: "bk-note-form", noValidate: true, onsubmit: note },
        h("p", {}, h("label", { htmlFor: "sim-note" }, "A note for the log"), input),
        h("p", {}, h("button", {}, "Note it"))),
      lines,
      h("p", {}, button("Save the log as text", () => download(`border-watch-${stamp()}.txt`,
        toText(known, desk.state), "text/plain")), " ",
      button("Save the run as a file", () => download(`border-watch-${stamp()}.json`,
        toFile(desk.state), "application/json"))),
      h("p", {}, h("label", { htmlFor: "sim-file" }, "Load a run from a file"), file),
      h("p", {}, erase, " ", old), said);
    return {
      node,
      draw(state) {
        old.hidden = unread() === null;
        if (lines.childElementCount > state.log.length) lines.replaceChildren();
        for (const { at, text } of state.log.slice(lines.childElementCount)) {
          lines.append(h("li", {}, h("time", { dateTime: at }, clock(at)), ` ${text}`));
        }
        lines.scrollTop = lines.scrollHeight;
      },
      clear() {
        lines.replaceChildren();
      },
    };
  }

  /** One clear message for text that cannot be read, and two ways on. */
  function damaged(found, restart) {
    const node = h("div", { className: "bk-panel bk-damaged", role: "alert" },
      h("h3", {}, "The saved run could not be read"),
      h("p", {}, `${found.problem} It was changed by hand, cut off, or saved by another edition. `
        + "Save the old text if you may need it, then start fresh. It is set aside, not erased."),
      h("p", {}, button("Save the old text", () =>
        download("border-watch-unread.txt", found.text, "text/plain")), " ",
      button("Start fresh", restart, { className: "bk-main" })));
    return node;
  }

  return { debrief, log, damaged };
})();
