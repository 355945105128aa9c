/* What a board says after a check: marks on the cards, a score, and for each card the reason. */

const bookkitBoardReport = (() => {
  const { all } = bookkitBoardKinds;
  const MARKS = {
    sort: ["fits", "does not fit"],
    order: ["in sequence", "out of sequence"],
    evidence: ["stands", "refused"],
  };
  const SCORES = {
    sort: ["All # cards fit.", "# of # cards fit."],
    order: ["All # cards are in sequence.", "# of # cards are in sequence."],
    evidence: [
      "The map stands: all # claims are where the evidence puts them.",
      "# of # claims are where the evidence puts them. The map refuses the others.",
    ],
  };

  function element(tag, properties, ...children) {
    const made = Object.assign(document.createElement(tag), properties);
    made.append(...children);
    return made;
  }

  const rightIn = (graded) => graded.filter(({ right }) => right).length;

  function unmark(node) {
    delete node.dataset.state;
    for (const part of all(node, ".bk-sign, .bk-told")) part.remove();
  }

  function mark(board, { card, right, reasons }) {
    unmark(card.node);
    const word = MARKS[board.root.dataset.kind][right ? 0 : 1];
    card.node.dataset.state = right ? "right" : "wrong";
    card.node.querySelector(".bk-text").before(
      element("span", { className: "bk-sign", role: "img", ariaLabel: word,
        textContent: right ? "✓" : "✗" }),
    );
    if (!right) { // goes with the card when it is taken back
      card.node.append(element("span", { className: "bk-told", textContent: reasons.join(" ") }));
    }
  }

  /** One card of the report: what it says, where it was put, why it fits or not, and sources. */
  function report(board, { card, right, reasons }) {
    const copy = (selector) => card.note.querySelector(selector).cloneNode(true);
    const dated = board.line ? [copy(".bk-goes")] : [];
    const where = board.line ? "" : board.places.get(board.placeOf(card)).title;
    const entry = element("li", {},
      element("strong", {}, `${right ? "✓" : "✗"} ${card.text}`),
      ...(where ? [element("span", { className: "bk-goes", textContent: where })] : dated),
      ...reasons.map((reason) => element("span", { className: "bk-reason", textContent: reason })),
      ...(right || board.line ? [copy(".bk-reason")] : []),
      // The source of a refused claim would name the evidence that is still to be found.
      ...(right || !board.pieces.size ? [copy(".bk-from")] : []));
    entry.dataset.state = right ? "right" : "wrong";
    return entry;
  }

  function say(board, state, ...lines) {
    board.verdict.dataset.state = state;
    const icon = { right: "✓ ", wrong: "✗ ", ask: "→ " }[state];
    board.verdict.replaceChildren(...lines.map((line, n) =>
      element("p", { className: n ? "" : "bk-word" }, n ? line : icon + line)));
  }

  /** The dates of an order stand on its cards once it has been checked. */
  function showDates(board, shown) {
    for (const { node, note } of board.line && board.answer ? board.cards : []) {
      node.querySelector(".bk-date")?.remove();
      const { textContent } = note.querySelector(".bk-goes");
      if (shown) {
        node.querySelector(".bk-text").after(
          element("span", { className: "bk-date", textContent }));
      }
    }
  }

  /** Without an answer on the page there is nothing to check. */
  function offerToSave(board) {
    board.check.textContent = "Save the board";
    const done = board.pile?.querySelector(".bk-done");
    if (done) done.textContent = "The pile is empty. Save the board.";
  }

  function showResult(board) {
    if (!board.answer) { // the student edition: nothing is marked
      say(board, "ask", "Saved. Your teacher has the answer. You may still move the cards.");
      board.check.textContent = "Save it again";
      return;
    }
    const graded = board.kind.grade(board, board.kind.read(board));
    const right = rightIn(graded);
    const solved = right === graded.length;
    const [won, part] = SCORES[board.root.dataset.kind];
    const score = (solved ? won : part).replace("#", right).replace("#", graded.length);
    if (solved) say(board, "right", score, board.why);
    else say(board, "wrong", `${score} Read why below, then try again.`);
    for (const one of graded) mark(board, one);
    const list = (some) =>
      element("ul", { className: "bk-notes" }, ...some.map((one) => report(board, one)));
    const fits = graded.filter((one) => one.right);
    const folded = element("details", { open: solved },
      element("summary", { textContent: solved ? "Why each is right" : "Why the others are right" }),
      list(fits));
    board.found.replaceChildren(
      ...(solved ? [] : [list(graded.filter((one) => !one.right))]), ...(right ? [folded] : []),
    );
    board.found.hidden = false;
    board.again.hidden = solved || Boolean(board.line);
    board.answer.hidden = false;
    board.summary.textContent = solved ? "The answer in full" : "Show the answer";
    showDates(board, true);
    board.shield();
  }

  return { rightIn, say, showDates, offerToSave, showResult, unmark };
})();
