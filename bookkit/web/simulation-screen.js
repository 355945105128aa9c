/* Border Watch: the class screen, large and for all eyes. It is drawn from a view that holds only
   what everyone may see; nothing private ever enters that view. */

const bookkitSimScreen = (() => {
  const { h, list, stepNow, turnNow, teamOf, teamSizes, newsText } = bookkitSimBase;
  const { left, face } = bookkitSimClock;

  const date = (known, turn) => {
    const found = known.turns.find(({ number }) => number === turn);
    return found ? `Turn ${turn}: ${found.first} to ${found.last}` : known.title;
  };

  /** News that all may hear, the newest last. */
  const told = (known, state) => known.injects.filter(({ id }) => state.news[id]?.stage === "all");

  const item = (known, state, one) => ({ day: one.date, text: newsText(known, state, one.id) });

  const SHOW = {
    rules: (known, state) => ({
      title: "Rules of the room",
      list: known.safety,
      rows: Object.entries(teamSizes(known.sizes, state.students, state.observers) ?? {})
        .map(([id, many]) => [teamOf(known, id), many])
        .sort(([one], [other]) => one.number - other.number)
        .map(([{ number, name }, many]) => [`${number} ${name}`, String(many)]),
    }),
    briefs: (known) => ({
      title: "Read your brief",
      text: known.place,
      list: known.teams.map(({ number, name, advises }) => `${number} ${name}: you advise ${advises}.`),
    }),
    news: (known, state) => {
      const all = told(known, state).map((one) => item(known, state, one));
      return { title: "The news", newest: all.at(-1), earlier: all.slice(0, -1).reverse() };
    },
    decide: (known, state) => ({
      title: "Decide, and fill in your sheet",
      earlier: told(known, state).map((one) => item(known, state, one)).reverse(),
    }),
    announce: (known, state) => {
      const turn = turnNow(known, state);
      return {
        title: "What the teams announce",
        said: known.teams.map(({ id, name }) => [name, state.decisions[`${turn}:${id}`]])
          .filter(([, one]) => one?.announced).map(([name, { announced }]) => [name, announced]),
      };
    },
    recall: (known, state) => ({
      title: "Where we stand",
      earlier: told(known, state).map((one) => item(known, state, one)).reverse(),
    }),
    close: () => ({ title: "Hand in your sheets", text: "Thank you. You are yourselves again." }),
    debrief: (known, state) => {
      const step = known.debrief.steps[state.debrief];
      const history = step.id === "history";
      const card = state.opened && ["facts", "concepts"].includes(step.id)
        ? known.cards.find(({ id }) => id === state.card) : null;
      return {
        title: step.title + (step.voluntary ? " (voluntary)" : ""),
        list: history ? undefined : step.ask,
        key: step.key ? known.debrief.question : undefined,
        card: card
          ? { title: `Moscow held card ${card.id}: ${card.title}`, aims: card.aims } : undefined,
        history: history ? {
          happened: known.history.happened.map(({ text }) => text), unknown: known.history.unknown,
        } : undefined,
        construct: card ? known.construct : undefined,
      };
    },
  };

  /** What everyone may see now. */
  function view(known, state, now = Date.now()) {
    const step = stepNow(known, state);
    const dials = known.dials.map(({ id, title, low, high, least, most, notch }) =>
      ({ title, low, high, least, most, notch, value: state.dials[id] }));
    if (state.paused) return { title: known.pause.title, paragraphs: known.pause.text, quiet: true };
    if (!step) return { title: known.title, text: known.place };
    const turn = turnNow(known, state);
    return {
      head: step.kind === "debrief" ? "Debrief" : date(known, turn),
      clock: face(left(state.timer, now)),
      dials: turn && step.kind !== "debrief" ? dials : undefined,
      ...SHOW[step.kind](known, state),
    };
  }

  /* ---- drawing ---- */

  const notches = ({ least, most, notch, value }) => h("ol", { className: "bk-notches" },
    Array.from({ length: (most - least) / notch + 1 }, (_, i) => least + i * notch).map((place) =>
      h("li", place === value ? { "aria-current": "true" } : {}, String(place))));

  const dial = (one) => h("div", { className: "bk-dial" },
    h("p", {}, h("strong", {}, one.title), ` ${one.value} of ${one.most}`), notches(one),
    h("p", { className: "bk-ends" }, h("span", {}, one.low), h("span", {}, one.high)));

  const dated = ({ day, text }) => h("li", {}, h("strong", {}, `${day}. `), text);

  function body(shown) {
    const parts = [];
    if (shown.newest) {
      parts.push(h("div", { className: "bk-newest" }, h("p", { className: "bk-day" }, shown.newest.day),
        h("p", {}, shown.newest.text)));
    }
    if (shown.text) parts.push(h("p", {}, shown.text));
    if (shown.paragraphs) parts.push(...shown.paragraphs.map((text) => h("p", {}, text)));
    if (shown.card) {
      parts.push(h("div", { className: "bk-newest" }, h("p", { className: "bk-day" }, shown.card.title),
        list(shown.card.aims, "ol"), h("p", { className: "bk-small" }, shown.construct)));
    }
    if (shown.list) parts.push(list(shown.list));
    if (shown.key) parts.push(h("p", { className: "bk-key" }, shown.key));
    if (shown.rows?.length) {
      parts.push(h("ul", { className: "bk-sizes" }, shown.rows.map(([name, many]) =>
        h("li", {}, `${name}: `, h("strong", {}, many)))));
    }
    if (shown.said) {
      parts.push(shown.said.length
        ? h("ul", { className: "bk-said-by" }, shown.said.map(([name, text]) =>
          h("li", {}, h("strong", {}, `${name}. `), text)))
        : h("p", {}, "Nothing yet."));
    }
    if (shown.earlier?.length) {
      parts.push(h("ul", { className: "bk-earlier" }, shown.earlier.map(dated)));
    } else if (shown.earlier && !shown.newest) parts.push(h("p", {}, "No news yet."));
    if (shown.history) {
      parts.push(h("div", { className: "bk-history" }, list(shown.history.happened),
        h("p", { className: "bk-day" }, "What remains unknown"), list(shown.history.unknown)));
    }
    return parts;
  }

  /** Draw a view; if only the clock went on, change nothing else. */
  function draw(node, shown) {
    const { clock, ...rest } = shown;
    const print = JSON.stringify(rest);
    if (node.dataset.print !== print) {
      node.dataset.print = print;
      node.replaceChildren(
        h("p", { className: "bk-head" }, h("span", {}, shown.head ?? ""),
          h("span", { className: "bk-clock" })),
        h("h2", {}, shown.title),
        h("div", { className: shown.quiet ? "bk-body bk-quiet" : "bk-body" }, body(shown)),
        ...(shown.dials ? [h("div", { className: "bk-dials" }, shown.dials.map(dial))] : []),
      );
    }
    node.querySelector(".bk-clock").textContent = clock ?? "";
  }

  return { view, draw, dial };
})();
