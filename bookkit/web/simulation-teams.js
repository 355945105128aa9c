/* Border Watch, control desk: decisions of the teams, what they announce, and the three dials. */

const bookkitSimTeams = (() => {
  const { h, button, bold, turnNow, stepNow, teamOf } = bookkitSimBase;
  const { MOST_TEXT } = bookkitSimKept;
  const STORIES = ["exercise", "pressure", "attack"];

  const labelled = (id, label, input, props = {}) =>
    h("p", props, h("label", { htmlFor: id }, label), input);

  const whole = (text) => (/^\d{1,3}$/.test(text.trim()) ? Number(text) : NaN);

  function decisions(desk) {
    const { known } = desk;
    const team = h("select", { id: "sim-team", onchange: () => fill() },
      known.teams.map(({ id, number, name }) => h("option", { value: id }, `${number} ${name}`)));
    const parts = STORIES.map((story) => h("input", {
      id: `sim-${story}`, type: "text", inputMode: "numeric", maxLength: 4, size: 4, autocomplete: "off",
    }));
    const text = h("textarea", { id: "sim-decision", rows: 2, maxLength: MOST_TEXT });
    const instrument = h("select", { id: "sim-instrument" });
    const audience = h("input", { id: "sim-audience", type: "text", maxLength: 200 });
    const force = h("input", { type: "checkbox" });
    const said = h("p", { className: "bk-said", role: "status" });
    const form = h("form", { method: "dialog", noValidate: true, autocomplete: "off", onsubmit: save },
      labelled("sim-team", "Team", team),
      h("fieldset", { className: "bk-odds" },
        h("legend", {}, "Next 30 days, in per cent; together 100"),
        STORIES.map((story, i) => labelled(`sim-${story}`, story, parts[i]))),
      labelled("sim-decision", "Decision, in one sentence", text),
      labelled("sim-instrument", "Instrument", instrument),
      labelled("sim-audience", "Who must notice", audience),
      h("label", { className: "bk-choice" }, force,
        h("span", {}, "It uses force, or lets others use it. The game stops at once.")),
      h("p", {}, h("button", { className: "bk-main" }, "Record the decision")), said);
    const words = h("textarea", { id: "sim-said", rows: 2, maxLength: MOST_TEXT });
    const said2 = h("p", { className: "bk-said", role: "status" });
    const speech = h("form", { method: "dialog", noValidate: true, hidden: true, onsubmit: announce },
      labelled("sim-said", "", words),
      h("p", {}, h("button", { className: "bk-main" }, "Show it to all"), " ",
        button("Not now", () => close())), said2);
    const recorded = h("ul", { className: "bk-recorded" });
    const node = h("section", { className: "bk-panel" },
      h("h4", {}, "Decisions"), form, speech, recorded);
    let turn = 0;
    let speaker = null; // the team whose sentence is being written down

    const key = (id) => `${turn}:${id}`;

    /** The form shows what was recorded of the chosen team, or nothing yet. */
    function fill() {
      const one = desk.state.decisions[key(team.value)];
      instrument.replaceChildren(...[...teamOf(known, team.value).instruments, "something else"].map(
        (name) => h("option", { value: name }, name)));
      parts.forEach((input, i) => { input.value = one ? one.p[i] : ""; });
      text.value = one?.text ?? "";
      instrument.value = one?.instrument ?? instrument.options[0].value;
      audience.value = one?.audience ?? "";
      force.checked = one?.force ?? false;
      for (const input of [...parts, text]) input.ariaInvalid = null;
    }

    function refuse(input, problem) {
      input.ariaInvalid = "true";
      said.textContent = problem;
      input.focus();
    }

    function save(event) {
      event.preventDefault();
      for (const input of [...parts, text]) input.ariaInvalid = null;
      const p = parts.map((input) => whole(input.value));
      const bad = p.findIndex((value) => !(value >= 0 && value <= 100));
      if (bad >= 0) {
        return refuse(parts[bad], `Write a whole number from 0 to 100 for \u201c${STORIES[bad]}\u201d.`);
      }
      const sum = p.reduce((one, other) => one + other);
      if (sum !== 100) {
        return refuse(parts[0], `${p.join(" + ")} = ${sum}. The three add up to 100.`);
      }
      if (!text.value.trim()) return refuse(text, "Write the decision in one sentence.");
      const id = team.value;
      const one = {
        p, text: text.value.trim(), instrument: instrument.value, audience: audience.value.trim(),
        force: force.checked, announced: null,
      };
      const odds = STORIES.map((story, i) => `${story} ${p[i]}\u00a0%`).join(", ");
      desk.act("decision", `${teamOf(known, id).name} decides: ${one.text} (${one.instrument}${
        one.audience ? `; for ${one.audience}` : ""}). ${odds}.`, (state) => {
        state.decisions[key(id)] = one;
      });
      const open = known.teams.find((other) => !desk.state.decisions[key(other.id)]);
      if (open) team.value = open.id;
      fill();
      said.textContent = open ? `Recorded. Next: ${open.name}.` : "Recorded. All seven teams are in.";
      if (one.force) return desk.pause(`${teamOf(known, id).name} chose force.`);
      return team.focus();
    }

    /** A team may say less than it does: control writes down what the class heard. */
    function ask(id) {
      speaker = id;
      words.value = desk.state.decisions[key(id)].text;
      form.hidden = true;
      said2.textContent = "";
      speech.hidden = false;
      speech.querySelector("label").textContent = `What ${teamOf(known, id).name} says to all`;
      words.focus();
    }

    function announce(event) {
      event.preventDefault();
      const text = words.value.trim();
      if (!text) {
        said2.textContent = "Write the sentence that the class heard.";
        words.focus();
        return;
      }
      desk.act("announce", `${teamOf(known, speaker).name} announces: ${text}`, (state) => {
        state.decisions[key(speaker)].announced = text;
      });
      close();
    }

    function close() {
      speech.hidden = true;
      form.hidden = false;
      (recorded.querySelector("button") ?? team).focus();
    }

    const line = (state, { id, name }) => {
      const one = state.decisions[key(id)];
      return h("li", {}, bold(`${name}. `), one
        ? [one.text, " ", h("span", { className: "bk-hint" }, `(${one.p.join(" / ")}) `),
          one.announced === null
            ? button("Announce", () => ask(id), { ariaLabel: `Announce: ${name}` })
            : "\u2713 announced"]
        : h("span", { className: "bk-hint" }, "not in yet"));
    };

    return {
      node,
      draw(state) {
        const kind = stepNow(known, state)?.kind;
        node.hidden = !["decide", "announce"].includes(kind);
        if (node.hidden) return;
        if (turn !== turnNow(known, state)) {
          turn = turnNow(known, state);
          team.value = known.teams[0].id;
          said.textContent = "";
          speech.hidden = true;
          form.hidden = false;
          fill();
        }
        recorded.replaceChildren(...known.teams.map((one) => line(state, one)));
      },
    };
  }

  /** Three dials, moved one notch at a time; a reason belongs to every move. */
  function dials(desk) {
    const { known } = desk;
    const why = h("input", { id: "sim-why", type: "text", maxLength: 300, autocomplete: "off" });
    const said = h("p", { className: "bk-said", role: "status" });
    let step = null; // what was said belongs to this step

    function move({ id, title, least, most, notch }, by) {
      const reason = why.value.trim();
      why.ariaInvalid = reason ? null : "true";
      if (!reason) {
        said.textContent = "Say why first: write the reason.";
        why.focus();
        return;
      }
      const from = desk.state.dials[id];
      const to = from + by * notch;
      if (to < least || to > most) {
        said.textContent = `${title} is at its end.`;
        return;
      }
      desk.act("dial", `${title} from ${from} to ${to}: ${reason}`,
        (state) => { state.dials[id] = to; });
      why.value = "";
      said.textContent = `${title} is now at ${to} of ${most}.`;
    }

    const rows = known.dials.map((dial) => {
      const shown = h("div");
      const press = (text, by, words) => button(text, () => move(dial, by),
        { ariaLabel: `${text} ${dial.title}: one notch ${words}` });
      const node = h("div", { className: "bk-move", role: "group", ariaLabel: dial.title },
        press("Lower", -1, "down"), shown, press("Raise", 1, "up"));
      return { dial, shown, node };
    });
    const node = h("section", { className: "bk-panel" }, h("h4", {}, "Dials"),
      labelled("sim-why", "Reason for the next move", why),
      rows.map((row) => row.node), said);
    return {
      node,
      draw(state) {
        node.hidden = turnNow(known, state) === 0;
        if (step !== state.at) said.textContent = "";
        step = state.at;
        for (const { dial, shown } of rows) {
          shown.replaceChildren(bookkitSimScreen.dial({ ...dial, value: state.dials[dial.id] }));
        }
      },
    };
  }

  return { decisions, dials };
})();
