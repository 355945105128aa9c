/* Cards of a board under a pointer: carried to a place, or shifted along a line. Nothing here is the
   only way to do a thing: board.js has a button or a list for each. */

const bookkitBoardDrag = (() => {
  const FAR = 6; // pixels before a press becomes a drag
  const EDGE = 48; // pixels from the window's edge where a drag scrolls the page
  const NATIVE = "a, button, select, label, summary";

  /** A finger drags by the grip alone, so that it can scroll the page over the cards. */
  const takes = (event) => event.button === 0 && !event.target.closest(NATIVE)
    && (event.pointerType !== "touch" || event.target.closest(".bk-grip"));

  function scrollAt(y) {
    if (y < EDGE) scrollBy(0, -16);
    else if (y > innerHeight - EDGE) scrollBy(0, 16);
  }

  /** Follow one pointer from press to release. `moved(event)` hears each move once it is a drag. */
  function follow(node, down, moved, ended) {
    const from = [down.clientX, down.clientY];
    let dragging = false;
    const finish = (event, done) => {
      for (const [name, heard] of Object.entries(hears)) node.removeEventListener(name, heard);
      document.removeEventListener("keydown", escape);
      node.classList.remove("bk-held");
      if (dragging) ended(event, done);
    };
    const escape = (event) => event.key === "Escape" && finish(event, false);
    const hears = {
      pointermove(event) {
        const way = Math.hypot(event.clientX - from[0], event.clientY - from[1]);
        if (!dragging && way < FAR) return;
        dragging = true;
        node.classList.add("bk-held");
        scrollAt(event.clientY);
        moved(event);
      },
      pointerup: (event) => finish(event, true),
      pointercancel: (event) => finish(event, false),
    };
    for (const [name, heard] of Object.entries(hears)) node.addEventListener(name, heard);
    document.addEventListener("keydown", escape);
    node.setPointerCapture(down.pointerId);
    down.preventDefault(); // a press selects no text
  }

  /** Carry elements that match `what` to one that matches `where`; `drop(node, target)` hears. */
  function carry(root, what, where, drop) {
    root.addEventListener("pointerdown", (down) => {
      const node = takes(down) && down.target.closest(what);
      if (!node) return;
      let target = null;
      const aim = (found) => {
        target?.classList.remove("bk-over");
        target = found && root.contains(found) && found !== node ? found : null;
        target?.classList.add("bk-over");
      };
      follow(node, down, (event) => {
        node.style.translate =
          `${event.pageX - down.pageX}px ${event.pageY - down.pageY}px`;
        aim(document.elementFromPoint(event.clientX, event.clientY)?.closest(where));
      }, (_event, done) => {
        node.style.translate = "";
        const found = target;
        aim(null);
        if (done && found) drop(node, found);
      });
    });
  }

  /** Shift the children of a list; the neighbours move, so that the card stays under the pointer. */
  function shift(list, shifted) {
    list.addEventListener("pointerdown", (down) => {
      const node = takes(down) && down.target.closest("li");
      if (!node) return;
      follow(node, down, ({ clientY: y }) => {
        const box = (part) => part.getBoundingClientRect();
        const above = ({ previousElementSibling: other }) =>
          other && y < box(other).top + box(node).height ? other : null;
        const below = ({ nextElementSibling: other }) =>
          other && y > box(other).bottom - box(node).height ? other : null;
        while (above(node)) node.after(above(node));
        while (below(node)) node.before(below(node));
      }, () => shifted(node));
    });
  }

  return { carry, shift };
})();
