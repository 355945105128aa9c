/* Border Watch, control desk: choosing plan, class and Moscow's card, and looking at the card. */

const bookkitSimSetup = (() => {
  const { h, button, bold, list, table, stepsOf, deskSize, teamSizes } = bookkitSimBase;

  /** 0 or 1 by the browser's source of chance. */
  const coin = () => crypto.getRandomValues(new Uint8Array(1))[0] % 2;

  const field = (id, label, input, hint) => h("p", {}, h("label", { htmlFor: id }, label), input,
    hint ? h("span", { className: "bk-hint" }, hint) : null);

  const number = (id, least, most, oninput) => h("input",
    { id, type: "number", inputMode: "numeric", min: least, max: most, oninput });

  const choice = (name, value, text) => h("label", { className: "bk-choice" },
    h("input", { type: "radio", name, value }), h("span", {}, text));

  /** Shown until the game starts. */
  function setup(desk) {
    const { known } = desk;
    const { sizes } = known;
    const plan = h("select", { id: "sim-plan" },
      known.formats.map(({ id, title }) => h("option", { value: id }, title)));
    const students = number("sim-students", sizes.least, sizes.most, sized);
    const observers = number("sim-observers", 0, 28, resized);
    const card = h("fieldset", {}, h("legend", {}, "Moscow\u2019s sealed card"),
      choice("sim-card", "draw", "Draw one by chance. Nobody sees which, and the desk hides it."),
      known.cards.map(({ id, title }) => choice("sim-card", id, `Choose card ${id}, ${title}`)));
    card.querySelector("input").checked = true;
    const teams = h("div", { className: "bk-scroll", tabIndex: 0, role: "region" });
    teams.ariaLabel = "Students in each team";
    const said = h("p", { className: "bk-said", role: "status" });
    let own = false; // control has set the number of observers

    const value = (input) => (/^\d+$/.test(input.value) ? Number(input.value) : NaN);

    function problem() {
      const [many, apart] = [value(students), value(observers)];
      if (!(many >= sizes.least && many <= sizes.most)) {
        return [students, `Write a class of ${sizes.least} to ${sizes.most} students.`];
      }
      if (!(apart >= 0 && teamSizes(sizes, many, apart))) {
        return [observers, "Write how many observe, so that no team is left empty."];
      }
      return null;
    }

    function show() {
      const wrong = problem();
      const each = wrong ? null : teamSizes(sizes, value(students), value(observers));
      for (const input of [students, observers]) {
        input.ariaInvalid = wrong?.[0] === input ? "true" : null;
      }
      teams.replaceChildren(wrong ? "" : table(["Team", "Students"],
        known.teams.map(({ id, number: place, name }) => [`${place} ${name}`, String(each[id])])));
      said.textContent = wrong?.[1] ?? "";
    }

    function sized() {
      if (!own && value(students) <= sizes.most) observers.value = deskSize(sizes, value(students));
      show();
    }

    function resized() {
      own = true;
      show();
    }

    function begin(event) {
      event.preventDefault();
      const wrong = problem();
      if (wrong) {
        show();
        wrong[0].focus();
        return;
      }
      const chosen = card.querySelector("input:checked").value;
      const drawn = chosen === "draw";
      const format = known.formats.find(({ id }) => id === plan.value);
      desk.act("setup", `${format.title}. ${students.value} students, ${observers.value} of them `
        + `observing. Moscow\u2019s card is ${drawn ? "drawn by chance" : "chosen by control"}.`,
      (state) => {
        Object.assign(state, {
          plan: plan.value, students: value(students), observers: value(observers), drawn,
          card: drawn ? known.cards[coin()].id : chosen,
        });
      });
      desk.go(0);
    }

    const node = h("form", { method: "dialog", noValidate: true, autocomplete: "off", onsubmit: begin },
      h("h3", {}, "Before the class comes in"),
      field("sim-plan", "Plan", plan),
      field("sim-students", "Students", students, `${sizes.least} to ${sizes.most}`),
      field("sim-observers", "At the observer desk", observers, sizes.desk),
      teams, card, h("p", {}, h("button", { className: "bk-main" }, "Start the game")), said);
    return {
      node,
      draw(state) {
        node.hidden = state.at !== null;
        if (state.at !== null || node.contains(document.activeElement)) return;
        plan.value = state.plan;
        students.value = state.students;
        observers.value = state.observers;
        show();
      },
    };
  }

  /** Moscow's card, hidden unless control asks. */
  function peek(desk) {
    const { known } = desk;
    let open = false;
    const shown = h("div", { className: "bk-secret" });
    const look = button("Look at Moscow\u2019s card", () => {
      open = !open;
      if (open) desk.act("card", "Control looked at Moscow\u2019s card.");
      else desk.draw();
    });
    const node = h("div", { className: "bk-peek" }, h("p", {}, look), shown);
    return {
      node,
      draw(state) {
        node.hidden = state.at === null;
        look.textContent = open ? "Hide Moscow\u2019s card" : "Look at Moscow\u2019s card";
        look.ariaExpanded = String(open);
        const card = known.cards.find(({ id }) => id === state.card);
        shown.hidden = !open;
        shown.replaceChildren(...(open && card
          ? [h("p", {}, bold(`Card ${card.id}: ${card.title}`)), list(card.aims, "ol"),
            h("p", {}, card.means), h("p", { className: "bk-small" }, known.construct)] : []));
      },
    };
  }

  const HINTS = {
    rules: ["Read the rules aloud. Offer everyone the observer desk, in the same words; who wants it "
      + "may tell you in private.",
      "Let chance make the teams. Students may swap, no reason needed."],
    briefs: ["Hand out the public and private briefs. Give Moscow its sealed card, and the three "
      + "members of team 4 one sealed note each.", "Nobody reads a private brief aloud."],
    news: ["Reveal the news in order. An item that some teams hear first: read it to them, or hand over "
      + "its card."],
    decide: ["Teams fill in their sheets. Write each decision down here when it comes in."],
    announce: ["Let each team read its sentence. Mark what all have heard. Then move the dials, "
      + "and say why."],
    recall: ["Say in two minutes what happened. Dials and news stand on the class screen."],
    close: ["Collect the sheets. The run stays on this desk; save the log too."],
    debrief: ["Everyone leaves the role. Go through the steps below."],
  };

  /** What to do in this step. */
  const hints = (step) => list(HINTS[step.kind]);

  /** 'Step 3 of 9' and which lesson. */
  function place(known, state) {
    const steps = stepsOf(known, state.plan);
    const lessons = steps.at(-1).lesson;
    const lesson = lessons > 1 ? `Lesson ${steps[state.at].lesson} of ${lessons}, step` : "Step";
    return `${lesson} ${state.at + 1} of ${steps.length}`;
  }

  return { setup, peek, hints, place, coin };
})();
