/* Border Watch: the control desk, for the teacher's screen, and the class screen beside it. What is
   done on the desk changes one record; it is logged, kept in this browser, and drawn. */

const bookkitSimulation = (() => {
  const { h, button, stepsOf, stepNow } = bookkitSimBase;
  const store = bookkitSimKept;
  const timer = bookkitSimClock;
  const SCREEN = "#class-screen"; // the address of a window that shows only the class screen

  /* ---- a window of its own for the class: it reads what the desk keeps ---- */

  function watch(known, screen) {
    screen.addEventListener("cancel", (event) => event.preventDefault()); // nothing lies behind it
    const draw = () => bookkitSimScreen.draw(screen,
      bookkitSimScreen.view(known, store.read(known).state ?? store.fresh(known)));
    draw();
    if (!screen.open) screen.showModal();
    addEventListener("storage", draw);
    setInterval(draw, 500);
  }

  /* ---- the desk ---- */

  function mount(root, { model } = {}) {
    const find = (selector) => root.querySelector(selector);
    const known = JSON.parse(find(".bk-known").textContent);
    const [place, screen] = [find(".bk-desk"), find(".bk-class")];
    find(".bk-nojs").hidden = true;
    root.classList.add("bk-live");
    if (!model && location.hash === SCREEN) {
      watch(known, screen);
      return;
    }
    const found = store.read(known);
    const begin = (state) => run({ known, place, screen, state, model });
    if (found.problem) {
      place.replaceChildren(bookkitSimLog.damaged(found, () => {
        store.setAside(found.text);
        begin(store.fresh(known)).focus();
      }));
      return;
    }
    begin(found.state ?? store.fresh(known));
  }

  function run({ known, place, screen, state, model }) {
    const title = h("h3", { tabIndex: -1 });
    const where = h("p", { className: "bk-where" });
    const face = h("p", { className: "bk-face", role: "timer" });
    const notices = [h("p", { className: "bk-notice", role: "status" }),
      h("p", { className: "bk-notice", role: "status" })]; // on the desk, on the class screen
    const tips = h("div");
    const kept = h("p", { className: "bk-said", role: "status" });
    const said = h("p", { className: "bk-said", role: "status" });
    const board = h("div", { className: "bk-board-of-class" });
    let last = timer.left(state.timer);

    const desk = {
      known,
      get state() { return state; },
      /** Change the record, log it, keep it and draw it. */
      act(kind, text, change = () => {}) {
        change(state);
        store.note(known, state, kind, text);
        keep();
        draw();
      },
      say(text) { said.textContent = text; },
      focus() { title.focus(); },
      go,
      draw,
      pause,
      replace(other) {
        state = other;
        keep();
        fresh();
      },
      erase() {
        store.erase();
        state = store.fresh(known);
        fresh();
        kept.textContent = "The run is erased.";
      },
    };

    const startStop = button("Start", () => {
      (timer.running(state.timer) ? timer.stop : timer.start)(state.timer);
      keep();
      draw();
    });
    const minute = button("+1 minute", () => {
      timer.add(state.timer, 1);
      last = timer.left(state.timer);
      keep();
      draw();
    });
    const back = button("Step before", () => go(state.at - 1));
    const next = button("Next step", () => go(state.at + 1), { className: "bk-main" });
    const stop = button("Pause: read the paragraph", () => pause("Control paused the game."));
    const show = button("Show the class screen here", () => openScreen());
    const link = model ? "" : h("a", { href: SCREEN, target: "_blank", rel: "noopener" },
      "Open the class screen in a window of its own");
    const leave = button("Back to the desk", () => screen.close(), { className: "bk-leave" });
    const goOn = button("Go on with the game", () => resume(false));
    const toDebrief = button("Go to the debrief", () => resume(true), { className: "bk-main" });
    const paused = h("section", { className: "bk-panel bk-paused" },
      h("h4", { tabIndex: -1 }, known.pause.title),
      known.pause.text.map((text) => h("p", {}, text)),
      h("p", { className: "bk-hint" }, known.pause.then),
      h("p", {}, toDebrief, " ", goOn));
    const panels = [
      bookkitSimTeams.decisions(desk), bookkitSimNews.news(desk), bookkitSimNews.reports(desk),
      bookkitSimNews.branches(desk), bookkitSimLog.debrief(desk), bookkitSimTeams.dials(desk),
    ];
    const setup = bookkitSimSetup.setup(desk);
    const card = bookkitSimSetup.peek(desk);
    const log = bookkitSimLog.log(desk);
    const bar = h("div", { className: "bk-bar" }, where, title,
      h("div", { className: "bk-time" }, face, h("p", {}, startStop, " ", minute)), notices[0],
      h("p", { className: "bk-steps" }, back, " ", next, " ", stop));
    const playing = h("div", { className: "bk-playing" },
      tips, panels.map(({ node }) => node), card.node);
    const eyes = h("p", { className: "bk-eyes" }, show, " ", link);

    function keep() {
      if (!store.write(state)) {
        kept.textContent = "This browser keeps nothing. Save the run before you close the page.";
      }
    }

    function fresh() {
      last = timer.left(state.timer);
      log.clear();
      draw();
      desk.focus();
    }

    /** Go to a step; its timer waits for control. */
    function go(at) {
      const steps = stepsOf(known, state.plan);
      if (at < 0 || at >= steps.length) return;
      const { title: name, minutes, kind } = steps[at];
      state.at = at;
      const first = known.debrief.steps[state.debrief];
      timer.set(state.timer, kind === "debrief" ? first.minutes : minutes);
      last = timer.left(state.timer);
      for (const notice of notices) notice.textContent = "";
      said.textContent = "";
      desk.act("step", `${name}.`);
      desk.focus();
    }

    function pause(why) {
      timer.stop(state.timer);
      desk.act("pause", `${why} The paragraph is read.`, () => { state.paused = true; });
      paused.querySelector("h4").focus();
    }

    function resume(ends) {
      desk.act("pause", ends ? "To the debrief." : "The game goes on.", () => { state.paused = false; });
      if (ends) go(stepsOf(known, state.plan).length - 1);
      else desk.focus();
    }

    function openScreen() {
      screen.showModal();
      leave.focus({ preventScroll: true });
      screen.scrollTop = 0;
    }

    function drawScreen() {
      bookkitSimScreen.draw(board, bookkitSimScreen.view(known, state));
    }

    function tick() {
      const now = timer.left(state.timer);
      const words = timer.notice(last, now);
      last = now;
      face.textContent = timer.face(now);
      if (words) for (const notice of notices) notice.textContent = words;
      else if (now > 300) for (const notice of notices) notice.textContent = "";
      if (now === 0 && timer.running(state.timer)) {
        timer.stop(state.timer);
        keep();
        draw();
      }
      if (screen.open) bookkitSimScreen.draw(board, bookkitSimScreen.view(known, state));
    }

    function draw() {
      const step = stepNow(known, state);
      setup.draw(state);
      bar.hidden = playing.hidden = eyes.hidden = !step;
      paused.hidden = !state.paused;
      playing.hidden ||= state.paused;
      if (step) {
        where.textContent = bookkitSimSetup.place(known, state);
        title.textContent = `${step.title}, ${step.minutes} minutes`;
        face.textContent = timer.face(timer.left(state.timer));
        startStop.textContent = timer.running(state.timer) ? "Stop" : "Start";
        back.disabled = state.at === 0 || state.paused;
        next.disabled = state.at === stepsOf(known, state.plan).length - 1 || state.paused;
        stop.disabled = state.paused;
        tips.replaceChildren(bookkitSimSetup.hints(step));
        for (const panel of panels) panel.draw(state);
      }
      card.draw(state);
      log.draw(state);
      drawScreen();
    }

    screen.replaceChildren(board, notices[1], h("p", {}, leave));
    screen.addEventListener("close", () => show.focus());
    place.replaceChildren(setup.node, bar, said, eyes, paused, playing, log.node, kept);
    draw();
    setInterval(tick, 500);
    if (!model) return desk;
    for (const control of place.querySelectorAll("a, button, input, select, textarea, summary")) {
      control.dataset.lmSuppressShortcuts = "true"; // JupyterLab would take letters and arrow keys
    }
    return desk;
  }

  return { mount };
})();

if (document.currentScript) {
  document.addEventListener("DOMContentLoaded", () =>
    document.querySelectorAll(".bk-simulation").forEach((root) => bookkitSimulation.mount(root)));
}
