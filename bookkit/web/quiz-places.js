/* Where the answers to a question are kept, and what follows from the place where it is asked: in its
   chapter, again in a later one (look back), or before and after the book (diagnostic).
   One record a question: {version, tries, shown, past}. tries are those of one sitting; when the
   question is asked afresh, the first of them, which alone tells what was known, moves to past. */

const bookkitQuizPlaces = (() => {
  const PREFIX = "bookkit:1:";
  const SURE = [90, 70, 50]; // percent
  const MOST_TRIES = 200; // more are graded but not recorded
  const MOST_PAST = 100; // sittings
  const DAY = 864e5; // milliseconds

  function load(key) {
    try {
      return JSON.parse(localStorage.getItem(PREFIX + key));
    } catch {
      return null; // storage is off, or what it holds is not ours
    }
  }

  function keep(key, value) {
    try {
      if (value) localStorage.setItem(PREFIX + key, JSON.stringify(value));
      else localStorage.removeItem(PREFIX + key);
    } catch {
      // storage is off or full: the quiz works on, unsaved
    }
  }

  /** Records by question; a look back goes on with the record of the chapter. */
  function pageStore(place) {
    const shelf = place === "again" ? "quiz" : place;
    return {
      read: (id) => load(`${shelf}:${id}`),
      write: (id, record) => keep(`${shelf}:${id}`, record),
    };
  }

  const modelStore = (model) => ({
    read: (id) => model.get("records")[id],
    write(id, record) {
      const { [id]: _old, ...others } = model.get("records");
      model.set("records", record ? { ...others, [id]: record } : others);
      model.save_changes();
    },
  });

  /** The tries of a saved record, graded anew; none if it is foreign, broken or out of date. */
  function triesIn(item, saved, list = "tries") {
    const { [list]: tries, version } = saved ?? {};
    if (version !== item.version || !Array.isArray(tries) || tries.length > MOST_TRIES) return [];
    try {
      return tries.map(({ answer, confidence, at }) => {
        item.kind.fill(item, answer); // an answer that the form cannot hold is not ours
        const held = answer !== null
          && JSON.stringify(item.kind.read(item)) === JSON.stringify(answer);
        const { correct, problem } = item.kind.grade(item, answer);
        if (!held || problem || !SURE.includes(confidence)) throw new TypeError("foreign record");
        return { answer, confidence, correct, at: String(at) };
      });
    } catch {
      return [];
    }
  }

  /** A record as this sitting sees it: tries from before `item.since` count as an earlier sitting. */
  function sitting(item, saved) {
    const tries = triesIn(item, saved);
    const past = triesIn(item, saved, "past");
    const shown = tries.length && Number.isInteger(saved.shown) ? saved.shown : null;
    if (!tries.length || !item.since || Date.parse(tries[0].at) >= item.since) {
      return { tries, past, shown };
    }
    return { tries: [], past: [...past, tries[0]].slice(-MOST_PAST), shown: null };
  }

  /* ---- look back: which three, and until when ---- */

  /** Choose as many items as stand open: first missed ones, then the longest not answered. */
  function chooseAgain(root, items) {
    const named = items.filter((item) => !item.node.hidden);
    const kept = load(`look-back:${root.id}`);
    const made = Date.parse(kept?.at);
    const known = Array.isArray(kept?.ids) ? items.filter(({ id }) => kept.ids.includes(id)) : [];
    const holds = known.length === named.length && Date.now() - made < DAY && made <= Date.now();
    const since = holds ? made : Date.now();
    const last = (item) => item.tries[0] ?? item.past.at(-1);
    const rank = (item) => {
      if (!last(item)) return named.includes(item) ? 2 : 3;
      return last(item).correct === false ? 0 : 1; // null: not marked
    };
    const when = (item) => Date.parse(last(item)?.at) || 0;
    const ranked = [...items].sort((a, b) => rank(a) - rank(b) || when(a) - when(b));
    const chosen = holds ? known : items.filter((item) =>
      ranked.slice(0, named.length).includes(item));
    for (const item of items) item.node.hidden = !chosen.includes(item);
    chosen.forEach((item, n) => {
      item.since = since;
      item.node.querySelector(".bk-number").textContent = `${n + 1}.`;
    });
    return { chosen, hold: () => keep(`look-back:${root.id}`,
      { ids: chosen.map(({ id }) => id), at: new Date(since).toISOString() }) };
  }

  /** Whether the address asks for this question afresh: "?again=2.1", as My learning links it. */
  const asksAgain = (id) => new URLSearchParams(location.search).get("again") === id;

  /** Once it is answered, a reload must not ask it afresh once more. */
  function answered(id) {
    if (asksAgain(id)) history.replaceState(null, "", location.pathname + location.hash);
  }

  /** Go to a question once more when all parts of the page, which push it down, are awake. */
  function goTo(node) {
    const go = () => setTimeout(() => node.scrollIntoView({ behavior: "instant" }));
    if (document.readyState === "complete") go();
    else addEventListener("load", go, { once: true });
  }

  /* ---- diagnostic: the gain ---- */

  /** The reader's last answer to an item before the book, or undefined. */
  const before = (item) => triesIn(item, pageStore("before").read(item.id)).at(-1);

  /** What the two scores say; `of` items were answered both times. Returns sentences. */
  function gainWords(pre, post, of) {
    if (!of) {
      return ["There is no gain to show: this browser holds no answers to these questions from "
        + "before the book (chapter 0)."];
    }
    const scores = `Before the book you had ${pre} of ${of} right, now ${post} of ${of}.`;
    const noisy = `${of} ${of === 1 ? "question is" : "questions are"} few, and such a number is `
      + "noisy: one lucky guess moves it. Only you see it.";
    if (pre === of) {
      return [`${scores} There was nothing left to gain, so no gain can be worked out.`, noisy];
    }
    const gain = ((post - pre) / (of - pre)).toFixed(2).replace("-", "\u2212");
    const meaning = post < pre ? "Less than zero: some that were right before are wrong now."
      : "That is the share of what was missing before that you know now.";
    return [`${scores} Your gain is (${post} \u2212 ${pre}) / (${of} \u2212 ${pre}) = ${gain}. `
      + meaning, noisy];
  }

  return {
    SURE, MOST_TRIES, load, pageStore, modelStore, triesIn, sitting, chooseAgain, asksAgain,
    answered, goTo, before, gainWords,
  };
})();
