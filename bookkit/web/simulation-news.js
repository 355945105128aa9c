/* Border Watch, control desk: news in order, reports for team 7, branch notes. */

const bookkitSimNews = (() => {
  const { h, button, bold, turnNow, stepNow, hearers, newsText } = bookkitSimBase;
  const FREE_TURN = 3; // from here on control may hold an item back or reword it
  const PLAYING = ["news", "decide", "announce"];

  /** The next item of the turn that somebody has yet to hear, and who; null if there is none. */
  function nextOf(known, state) {
    const turn = turnNow(known, state);
    for (const one of known.injects.filter((inject) => inject.turn === turn)) {
      const stage = state.news[one.id]?.stage;
      if (!stage) return { one, to: one.to };
      if (stage === "some" && one.then_all) return { one, to: ["all"] };
    }
    return null;
  }

  const labelled = (id, label, input) => h("p", {}, h("label", { htmlFor: id }, label), input);

  function news(desk) {
    const { known } = desk;
    const next = h("div", { className: "bk-next" });
    const go = button("Reveal next", reveal, { className: "bk-main" });
    const back = button("Take the last one back", takeBack);
    const words = h("textarea", { id: "sim-words", rows: 3, maxLength: 1000 });
    const why = h("input", { id: "sim-bend", type: "text", maxLength: 300 });
    const bend = h("details", { className: "bk-bend" }, h("summary", {}, "Hold back or reword it"),
      labelled("sim-words", "Words", words), labelled("sim-bend", "Reason", why),
      h("p", {}, button("Reveal in these words", reword), " ", button("Hold it back", hold)));
    const told = h("ol", { className: "bk-told" });
    let shown = null; // id of the item whose words stand in the field

    const stageFor = (to) => (to.includes("all") ? "all" : "some");

    function tell(text) {
      const found = nextOf(known, desk.state);
      if (!found) return;
      const { one, to } = found;
      const kept = desk.state.news[one.id]?.text ?? null;
      desk.act("news", `News of ${one.date}, to ${hearers(known, to)}: ${text ?? newsText(known,
        desk.state, one.id)}`, (state) => {
        state.news[one.id] = { stage: stageFor(to), text: text ?? kept };
      });
    }

    function reveal() {
      tell(null);
      if (!nextOf(known, desk.state)) desk.focus();
    }

    function reason(what) {
      const text = why.value.trim();
      if (text) return text;
      desk.say(`Give a reason before you ${what}.`);
      why.focus();
      return null;
    }

    function reword() {
      const because = reason("reword the news");
      if (!because) return;
      const text = words.value.trim();
      if (!text) {
        desk.say("Write the words first.");
        words.focus();
        return;
      }
      desk.act("news", `Reworded by control: ${because}`);
      tell(text);
      done();
    }

    function hold() {
      const because = reason("hold the news back");
      if (!because) return;
      const { one } = nextOf(known, desk.state);
      desk.act("news", `News of ${one.date} held back: ${because}`, (state) => {
        state.news[one.id] = { stage: "held", text: null };
      });
      done();
    }

    function done() {
      why.value = "";
      bend.open = false;
      desk.focus();
    }

    /** The item that was revealed or held last in this turn. */
    function lastOf(state) {
      const turn = turnNow(known, state);
      return known.injects.findLast(({ id, turn: own }) => own === turn && state.news[id]);
    }

    function takeBack() {
      const one = lastOf(desk.state);
      if (!one) return;
      desk.act("news", `News of ${one.date} taken back one step.`, (state) => {
        const { stage, text } = state.news[one.id];
        if (stage === "all" && one.then_all) state.news[one.id] = { stage: "some", text };
        else delete state.news[one.id];
      });
      if (back.hidden) desk.focus();
    }

    const node = h("section", { className: "bk-panel" }, h("h4", {}, "News"), next,
      h("p", {}, go, " ", back), bend, told);
    return {
      node,
      draw(state) {
        node.hidden = !PLAYING.includes(stepNow(known, state)?.kind);
        if (node.hidden) return;
        const turn = turnNow(known, state);
        const found = nextOf(known, state);
        go.hidden = !found;
        back.hidden = !lastOf(state);
        bend.hidden = !found || turn < FREE_TURN || stageFor(found.to) !== stageFor(found.one.to);
        if (found && shown !== found.one.id) {
          shown = found.one.id;
          words.value = found.one.text;
        }
        next.replaceChildren(...(found
          ? [h("p", {}, bold(`Next: ${found.one.date}, to ${hearers(known, found.to)}`)),
            h("p", {}, newsText(known, state, found.one.id))]
          : [h("p", {}, "All news of this turn is out.")]));
        told.replaceChildren(...known.injects.filter(({ id, turn: own }) =>
          own === turn && state.news[id]).map((one) => line(state, one)));
      },
    };

    function line(state, one) {
      const { stage } = state.news[one.id];
      const to = { all: "all have heard it", held: "held back", some: `only ${hearers(known, one.to)}` };
      return h("li", {}, bold(`${one.date} (${to[stage]}). `),
        stage === "held" ? "" : newsText(known, state, one.id));
    }
  }

  /** Two reports a turn for team 7, and what Kyiv holds from a turn on. */
  function reports(desk) {
    const { known } = desk;
    const box = h("div");
    const node = h("section", { className: "bk-panel bk-secret" },
      h("h4", {}, "Private, for single teams"), box);
    const give = (report) => desk.act("report", `Team 7 got a report${report.wrong
      ? ", partly wrong" : ""}: ${report.text}`, (state) => state.reports.push(report.id));
    return {
      node,
      draw(state) {
        node.hidden = !PLAYING.includes(stepNow(known, state)?.kind);
        if (node.hidden) return;
        const turn = turnNow(known, state);
        const own = known.teams.filter(({ private: brief }) => brief.holds && brief.holds_from === turn);
        const mine = known.reports.filter((report) => report.turn === turn);
        const print = JSON.stringify([turn, state.reports]);
        if (box.dataset.print === print) return; // keeps the focus on a button
        box.dataset.print = print;
        box.replaceChildren(
          ...own.map(({ name, private: brief }) => h("p", {}, bold(`${name}: `), brief.holds)),
          h("ul", {}, mine.map((report) => h("li", {}, bold("To team 7: "), report.text, " ",
            report.wrong ? h("em", {}, `Partly wrong. ${report.truth}`) : h("em", {}, "Right."), " ",
            state.reports.includes(report.id) ? "\u2713 given"
              : button(`Given to team 7`, () => { give(report); desk.focus(); })))),
        );
      },
    };
  }

  /** What control may do when a team has done something. */
  function branches(desk) {
    const { known } = desk;
    const rows = h("dl");
    const node = h("details", { className: "bk-panel" }, h("summary", {}, "If a team\u2026"), rows);
    return {
      node,
      draw(state) {
        const turn = turnNow(known, state);
        const mine = known.branches.filter(({ turns }) => turns.includes(turn));
        node.hidden = !PLAYING.includes(stepNow(known, state)?.kind) || !mine.length;
        rows.replaceChildren(...mine.flatMap(({ when, then }) => [
          h("dt", {}, when), h("dd", {}, then)]));
      },
    };
  }

  return { news, reports, branches, nextOf };
})();
