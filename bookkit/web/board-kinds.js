/* The three kinds of board: how an arrangement is read, laid out and graded. Used by board.js. */

const bookkitBoardKinds = (() => {
  const OFF = "not-supported"; // where claims go that stay off the map
  const NONE = "No evidence is attached, so the claim does not stand. "
    + "Attach a piece that supports it, or leave it off the map if there is none.";
  const THERE_IS = "Something here does support it.";

  const all = (root, selector) => [...root.querySelectorAll(selector)];
  const words = (text) => (text ? text.split(" ") : []);

  /* Each kind has
     open   the number of cards still to be placed
     read   the arrangement, as JSON that is the same for the same board
     holds  whether a value is such an arrangement (a saved one may be anything)
     fill   lay the cards out as an arrangement says, or (null) as they were at first
     grade  for each card {card, right, reasons: [text or the name of one in the answer]};
            only where the page holds the answer (board.answer) */

  /* ---- sort, and evidence, which sorts too ---- */

  const sort = {
    open: (board) => board.tray.children.length,
    read: (board) => Object.fromEntries(board.shuffled.map((node) => {
      const place = board.placeOf({ node });
      return [idOf(node), board.pieces.size
        ? [place, (place && place !== OFF && node.querySelector("select").value) || null] : [place]];
    })),
    holds(board, answer) {
      const isPlace = (place) => place === null || board.places.has(place);
      const isPiece = (piece) => piece === null || board.pieces.has(piece);
      return Boolean(answer) && typeof answer === "object"
        && same(Object.keys(answer).sort(), board.cards.map(({ id }) => id).sort())
        && Object.values(answer).every((put) => Array.isArray(put)
          && put.length === (board.pieces.size ? 2 : 1)
          && isPlace(put[0]) && isPiece(put[1] ?? null));
    },
    fill(board, answer) {
      for (const node of board.shuffled) {
        const [place, piece] = answer?.[node.dataset.card] ?? [null];
        const select = node.querySelector("select");
        if (select) select.value = piece ?? "";
        board.lay(node, place);
      }
    },
    grade: (board, answer) => board.cards.map((card) => {
      const [place] = answer[card.id];
      const right = words(card.note.dataset.places).includes(place);
      return { card, right, reasons: right ? also(board, card, place) : [against(card, place)] };
    }),
  };

  /** Why a card is not right with a place or a piece of evidence; its hint where nothing is said. */
  function against(card, other) {
    const said = card.note.querySelector(`[data-not="${other}"]`);
    return said ? said.textContent : card.note.dataset.hint ?? "";
  }

  function also(board, card, place) {
    const others = words(card.note.dataset.places).filter((one) => one !== place);
    return others.length
      ? [`Defensible here, and in: ${others.map((one) => board.places.get(one).title).join(", ")}.`]
      : [];
  }

  const evidence = {
    ...sort,
    grade: (board, answer) => board.cards.map((card) => {
      const reason = refusal(board, card, ...answer[card.id]);
      return { card, right: !reason, reasons: reason ? [reason] : [] };
    }),
  };

  /** Why the map refuses a claim, or "". */
  function refusal(board, card, place, piece) {
    const fitting = words(card.note.dataset.evidence);
    const bears = (one) => {
      const said = card.note.querySelector(`[data-not="${one}"]`);
      return said ? said.textContent : board.pieces.get(one).shows;
    };
    if (place === OFF) return fitting.length ? `${THERE_IS} ${card.note.dataset.hint}` : "";
    if (!words(card.note.dataset.places).includes(place)) return against(card, place);
    if (!piece) return NONE;
    return fitting.includes(piece) ? "" : bears(piece);
  }

  /* ---- order ---- */

  const order = {
    open: (board) => (same(order.read(board), board.shuffled.map(idOf)) ? 1 : 0),
    read: (board) => [...board.line.children].map(idOf),
    holds: (board, answer) => Array.isArray(answer)
      && same([...answer].sort(), board.cards.map(({ id }) => id).sort()),
    fill(board, answer) {
      const places = answer ?? board.shuffled.map(idOf);
      for (const id of places) board.line.append(board.shuffled.find((node) => idOf(node) === id));
      showEnds(board);
    },
    grade(board, answer) {
      const rank = (id) => board.cards.findIndex((card) => card.id === id); // as in the answer
      const ranks = answer.map(rank);
      const kept = inSequence(ranks);
      return answer.map((id, place) => {
        const card = board.cards.find((one) => one.id === id);
        if (kept.includes(place)) return { card, right: true, reasons: [] };
        const later = kept.some((one) => one > place && ranks[one] < ranks[place]);
        return { card, right: false, reasons: [`Belongs ${later ? "later" : "earlier"}.`] };
      });
    },
  };

  const idOf = (node) => node.dataset.card;
  const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

  /** The places of the most cards that stand in sequence; a twin of in_sequence in board.py. */
  function inSequence(ranks) {
    const longest = (ways) => ways.reduce((best, way) => (way.length > best.length ? way : best), []);
    const best = [];
    ranks.forEach((rank, place) => {
      best.push([...longest(best.filter((way) => ranks[way.at(-1)] < rank)), place]);
    });
    return longest(best);
  }

  /** Say at the first and last card that an arrow leads nowhere; it stays, and so does the focus. */
  function showEnds({ line }) {
    for (const node of line.children) {
      node.querySelector(".bk-up").ariaDisabled = String(!node.previousElementSibling);
      node.querySelector(".bk-down").ariaDisabled = String(!node.nextElementSibling);
    }
  }

  return { sort, evidence, order, OFF, all, same, showEnds };
})();
