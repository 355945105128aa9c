/* A board on which a reader puts cards in their place. The page (or a live widget) holds cards,
   places, key and feedback as HTML; this script hides the answer, lets cards be placed by button or
   by dragging (board-drag.js), and on request grades them (board-kinds.js) and says why
   (board-report.js). The student edition holds no answer: there it keeps where the cards were put
   and marks nothing. */

const bookkitBoard = (() => {
  const STORE = "bookkit:1:board:";
  const MOST_TRIES = 50; // more are graded but not recorded
  const { OFF, all, same, showEnds } = bookkitBoardKinds;
  const { rightIn, say, showDates, offerToSave, showResult, unmark } = bookkitBoardReport;

  /* ---- what is kept: {version, answer, tries, shown} ---- */

  const pageStore = (name) => ({
    read() {
      try {
        return JSON.parse(localStorage.getItem(STORE + name));
      } catch {
        return null; // storage is off, or what it holds is not ours
      }
    },
    write(record) {
      try {
        if (record) localStorage.setItem(STORE + name, JSON.stringify(record));
        else localStorage.removeItem(STORE + name);
      } catch {
        // storage is off or full: the board works on, unsaved
      }
    },
  });

  const modelStore = (model) => ({
    read: () => model.get("record"),
    write(record) {
      model.set("record", record ?? {});
      model.save_changes();
    },
  });

  function save(board) {
    const { version, tries, shown } = board;
    board.store.write({ version, answer: board.kind.read(board), tries, shown });
  }

  /** How many cards are right; null where the page does not hold the answer. */
  const score = (board, answer) => (board.answer ? rightIn(board.kind.grade(board, answer)) : null);

  /** The saved record if it is ours and of this version of the board, else a fresh one. */
  function recordOf(board) {
    const fresh = { answer: null, tries: [], shown: null };
    const { version, answer, tries, shown } = board.store.read() ?? {};
    if (version !== board.version || !Array.isArray(tries) || tries.length > MOST_TRIES) return fresh;
    const whole = (value) => board.kind.holds(board, value)
      && Object.values(value).every((put) => !Array.isArray(put) || put[0] !== null);
    if (!board.kind.holds(board, answer) || !tries.every((one) => whole(one?.answer))) return fresh;
    return {
      answer,
      tries: tries.map((one) => ({
        answer: one.answer, right: score(board, one.answer), at: String(one.at),
      })),
      shown: Number.isInteger(shown) ? shown : null,
    };
  }

  const isSolved = ({ tries, cards }) => tries.some(({ right }) => right === cards.length);

  /* ---- placing and checking ---- */

  function check(board) {
    board.verdict.removeAttribute("aria-live");
    const left = board.kind.open(board);
    if (left) {
      const cards = left === 1 ? "the last card" : `the ${left} cards that are left`;
      say(board, "ask", board.line ? "Move the cards into order first." : `Place ${cards} first.`);
      board.root.querySelector(".bk-put button, .bk-moves button:not([aria-disabled=true])").focus();
      return;
    }
    const answer = board.kind.read(board);
    const right = score(board, answer);
    if (board.tries.length < MOST_TRIES) {
      board.tries.push({ answer, right, at: new Date().toISOString() });
    }
    save(board);
    showResult(board);
  }

  /** Show what can be done with each card where it is now. */
  function refresh(board) {
    if (board.line) {
      showEnds(board);
      return;
    }
    const left = board.tray.children.length;
    const [label, put, more, done] = [".bk-label", ".bk-put", ".bk-more", ".bk-done"]
      .map((part) => board.pile.querySelector(part));
    label.textContent = `${board.label}: ${left} of ${board.cards.length} to place`;
    [put.hidden, more.hidden, done.hidden] = [left === 0, left < 2, left > 0];
    for (const card of board.cards) {
      const place = board.placeOf(card);
      card.node.querySelector(".bk-take").hidden = place === null;
      const attach = card.node.querySelector(".bk-attach");
      if (attach) attach.hidden = place === null || place === OFF;
    }
  }

  /** After a card has moved: no stale mark, no lost focus, and a word on where it is. */
  function settle(board, node, focused, said) {
    if (board.line) board.cards.forEach((card) => unmark(card.node));
    else if (node) unmark(node);
    refresh(board);
    save(board);
    board.moved.textContent = said;
    if (focused.checkVisibility()) focused.focus();
    else (board.pile.querySelector(".bk-put:not([hidden]) button") ?? board.check).focus();
  }

  const nextOf = ({ tray }) => (tray.firstElementChild
    ? `Next: ${textOf(tray.firstElementChild)}. ${tray.children.length} left.` : "The pile is empty.");
  const textOf = (node) => node.querySelector(".bk-text").textContent;

  function put(board, node, place) {
    if (board.placeOf({ node }) === place) return;
    const focused = document.activeElement;
    board.lay(node, place);
    settle(board, node, focused, `${textOf(node)}: ${board.places.get(place).title}. ${nextOf(board)}`);
  }

  function takeBack(board, nodes) {
    const focused = document.activeElement;
    const told = nodes.map((node) => node.querySelector(".bk-told"));
    board.tray.prepend(...nodes);
    for (const node of nodes) {
      const select = node.querySelector("select");
      if (select) select.value = "";
      unmark(node);
    }
    nodes.forEach((node, n) => told[n] && node.append(told[n])); // why it was wrong goes along
    settle(board, null, focused, `Taken back: ${nodes.map(textOf).join("; ")}.`);
  }

  function attach(board, node, piece) {
    node.querySelector("select").value = piece;
    settle(board, node, document.activeElement,
      `${textOf(node)}: with ${board.pieces.get(piece).title}.`);
  }

  /** Move the card of a pressed arrow; the neighbour moves, so the arrow keeps the focus. */
  function step(board, button) {
    const node = button.closest("li");
    const up = button.matches(".bk-up");
    const other = up ? node.previousElementSibling : node.nextElementSibling;
    if (other) node[up ? "after" : "before"](other);
    shifted(board, node);
  }

  function shifted(board, node) {
    const place = [...board.line.children].indexOf(node) + 1;
    settle(board, node, document.activeElement,
      `${textOf(node)}: now ${place} of ${board.cards.length}.`);
  }

  /* ---- the whole board ---- */

  function restore(board) {
    const record = recordOf(board);
    Object.assign(board, { tries: record.tries, shown: record.shown });
    board.kind.fill(board, record.answer);
    board.cards.forEach((card) => unmark(card.node));
    refresh(board);
    board.verdict.setAttribute("aria-live", "off"); // nothing is read out while a page loads
    delete board.verdict.dataset.state;
    board.verdict.replaceChildren();
    board.moved.textContent = "";
    if (board.answer) Object.assign(board.answer, { open: false, hidden: !board.tries.length });
    else offerToSave(board);
    board.found.hidden = true;
    board.again.hidden = true;
    showDates(board, board.tries.length > 0);
    if (board.tries.length && same(board.tries.at(-1).answer, record.answer)) showResult(board);
  }

  function read(root, store) {
    const find = (selector) => root.querySelector(selector);
    const spots = all(root, ".bk-spot").map((node) => [node.dataset.place, {
      node, list: node.querySelector(".bk-in"), title: node.querySelector(".bk-name").textContent,
    }]);
    const shows = all(root, ".bk-proof").map(({ dataset: { piece }, children: [, text] }) => [piece, {
      title: text.querySelector("strong").lastChild.textContent.trim().replace(/\.$/, ""),
      shows: find(`[data-shows="${piece}"] span`)?.textContent,
    }]);
    const shuffled = all(root, ".bk-piece");
    const notes = all(root, "[data-note]");
    const pieceOf = (id) => shuffled.find((node) => node.dataset.card === id);
    const ids = (notes.length ? notes : shuffled).map(({ dataset }) => dataset.note ?? dataset.card);
    const board = {
      root, store, shuffled, kind: bookkitBoardKinds[root.dataset.kind],
      version: root.dataset.version, places: new Map(spots), pieces: new Map(shows),
      cards: ids.map((id, n) =>
        ({ id, node: pieceOf(id), note: notes[n], text: textOf(pieceOf(id)) })),
      pile: find(".bk-pile"), tray: find(".bk-tray"), line: find(".bk-line"),
      check: find(".bk-check"), again: find(".bk-again"), verdict: find(".bk-verdict"),
      found: find(".bk-found"), answer: find(".bk-answer"), summary: find(".bk-answer > summary"),
      moved: find(".bk-moved"), why: find(".bk-why")?.textContent,
      label: find(".bk-label")?.textContent,
      placeOf: ({ node }) => node.closest(".bk-spot")?.dataset.place ?? null,
      lay: (node, place) => (place ? board.places.get(place).list : board.tray).append(node),
    };
    return board;
  }

  function listen(board) {
    const { root } = board;
    root.addEventListener("click", ({ target }) => {
      const button = target.closest("button");
      if (!button) return;
      if (button.dataset.to) put(board, board.tray.firstElementChild, button.dataset.to);
      else if (button.matches(".bk-take")) takeBack(board, [button.closest("li")]);
      else if (button.matches(".bk-up, .bk-down")) step(board, button);
      else if (button === board.check) check(board);
      else if (button === board.again) {
        const wrong = board.cards.filter(({ node }) => node.dataset.state === "wrong");
        board.again.hidden = true;
        takeBack(board, wrong.map(({ node }) => node));
      } else if (button.matches(".bk-next")) {
        board.tray.append(board.tray.firstElementChild);
        settle(board, null, button, nextOf(board));
      }
    });
    root.addEventListener("change", ({ target }) => {
      if (target.matches("select")) settle(board, target.closest("li"), target, "");
    });
    board.answer?.addEventListener("toggle", () => {
      if (!board.answer.open || board.shown !== null || isSolved(board)) return;
      board.shown = board.tries.length;
      save(board);
    });
    if (board.line) {
      bookkitBoardDrag.shift(board.line, (node) => shifted(board, node));
      return;
    }
    bookkitBoardDrag.carry(root, ".bk-piece", ".bk-spot, .bk-pile", (node, target) => {
      if (target.dataset.place) put(board, node, target.dataset.place);
      else if (board.placeOf({ node })) takeBack(board, [node]);
    });
    bookkitBoardDrag.carry(root, ".bk-proof", ".bk-in > .bk-piece", (proof, node) => {
      if (board.placeOf({ node }) !== OFF) attach(board, node, proof.dataset.piece);
    });
  }

  function listenToReset(board) {
    const [reset, keep, said] = [".bk-reset", ".bk-keep", ".bk-said"]
      .map((part) => board.root.querySelector(part));
    const ask = (asking, words) => {
      reset.dataset.asking = asking;
      reset.textContent = asking ? "Yes, clear the board" : "Start again";
      keep.hidden = !asking;
      said.textContent = words;
    };
    reset.addEventListener("click", () => {
      if (reset.dataset.asking !== "true") {
        ask(true, "This takes all cards back.");
        return;
      }
      board.store.write(null);
      restore(board);
      ask(false, "Cleared. You can start again.");
    });
    keep.addEventListener("click", () => {
      reset.focus();
      ask(false, "Nothing was cleared.");
    });
  }

  function mount(root, { model } = {}) {
    const board = read(root, model ? modelStore(model) : pageStore(root.dataset.board));
    board.shield = () => { // JupyterLab's shortcuts would take arrow keys and letters from controls
      for (const control of model ? all(root, "a, button, select, summary") : []) {
        control.dataset.lmSuppressShortcuts = "true";
      }
    };
    board.shield();
    const waiting = ".bk-how, .bk-act, .bk-grip, .bk-moves";
    for (const part of all(root, waiting)) part.hidden = false;
    restore(board);
    listen(board);
    listenToReset(board);
    root.classList.add("bk-live");
  }

  return { mount };
})();

if (document.currentScript) { // each in a task of its own, so that a slow phone stays responsive
  document.addEventListener("DOMContentLoaded", () =>
    document.querySelectorAll(".bk-board").forEach((root) =>
      setTimeout(() => bookkitBoard.mount(root))));
}
