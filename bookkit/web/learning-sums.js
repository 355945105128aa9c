/* What a reader's records say: progress, calibration, what to review and when. Pure functions.
   Where the book holds no answers a try is not marked: its `correct` is null, and it counts as neither
   right nor wrong. */

const bookkitLearning = (() => {
  const DAY = 864e5; // milliseconds
  const SPACING = [1, 3, 7, 21]; // days until an item is due again
  const LEVELS = [50, 70, 90]; // per cent

  const current = (record, version) => (record?.version === version ? record : null);

  const isMarked = ({ correct }) => correct !== null;

  /** Whether the reader was right, in the last sitting, before looking at the answer. */
  const isRight = ({ tries, shown }) =>
    tries.slice(0, shown ?? undefined).some(({ correct }) => correct);

  /** The first try of each sitting, which alone tells what was known, in the order of time. */
  function sittings(records, { id, version }) {
    const record = current(records[`quiz:${id}`], version);
    const after = current(records[`after:${id}`], version);
    return [...(record?.past ?? []), record?.tries[0], after?.tries[0]].filter(Boolean)
      .map((one) => ({ ...one, time: Date.parse(one.at) }))
      .sort((a, b) => a.time - b.time);
  }

  /** When an item is due: a miss or an unsure answer starts anew; being right in time moves it on.
      Unmarked answers go by how sure the reader was. */
  function schedule(history) {
    let [step, due] = [0, 0];
    for (const { correct, confidence, time } of history) {
      if (correct === false || confidence === 50) step = 0;
      else if (time >= due) step = Math.min(step + 1, SPACING.length - 1);
      due = time + SPACING[step] * DAY;
    }
    const last = history.at(-1);
    return { due, last, urgency: last.correct === false ? -1 : Number(last.confidence > 50) };
  }

  /** Answered items as {item, due, last, urgency}: missed, then unsure, then by the day due. */
  function reviews(records, items) {
    return items.map((item) => ({ item, history: sittings(records, item) }))
      .filter(({ history }) => history.length)
      .map(({ item, history }) => ({ item, ...schedule(history) }))
      .sort((a, b) => a.urgency - b.urgency || a.due - b.due);
  }

  /** For each level of confidence: how many answers, and how many of them were right. */
  function calibration(records, items) {
    const all = items.flatMap((item) => sittings(records, item)).filter(isMarked);
    return LEVELS.map((level) => {
      const said = all.filter(({ confidence }) => confidence === level);
      return { level, said: said.length, right: said.filter(({ correct }) => correct).length };
    });
  }

  /** For each page: sections read; items answered, marked (where the book holds answers), right. */
  function progress(records, { pages, items }) {
    return pages.map((page) => {
      const read = records[`read:${page.page}`] ?? [];
      const own = items.filter((item) => item.page === page.page);
      const kept = own.map(({ id, version }) => current(records[`quiz:${id}`], version))
        .filter((record) => record?.tries.length);
      return {
        ...page, read: page.sections.filter((id) => read.includes(id)).length, items: own.length,
        answered: kept.length, marked: kept.filter(({ tries }) => tries.some(isMarked)).length,
        right: kept.filter(isRight).length,
      };
    });
  }

  /** Boards that were tried, and all put right; predictions that were committed. */
  function tasks(records, { boards }) {
    const kept = boards.map(({ name, of, version }) =>
      ({ of, tries: current(records[`board:${name}`], version)?.tries ?? [] }));
    const tried = kept.filter(({ tries }) => tries.length).length;
    const solved = kept.filter(({ of, tries }) => tries.some(({ right }) => right === of)).length;
    const guesses = Object.entries(records)
      .filter(([key, record]) => key.startsWith("predict:") && record.revealed).length;
    return { tried, solved, guesses };
  }

  /** Items of the diagnostic answered both times and marked; how many were right before and after. */
  function gain(records, { items, diagnostic }) {
    const both = items.filter(({ id }) => diagnostic.includes(id)).map(({ id, version }) => [
      current(records[`before:${id}`], version)?.tries.at(-1),
      current(records[`after:${id}`], version)?.tries[0],
    ]);
    const twice = both.filter(([before, after]) => before && after);
    const pairs = twice.filter((pair) => pair.every(isMarked));
    const right = (n) => pairs.filter((pair) => pair[n].correct).length;
    return {
      before: both.filter(([before]) => before).length,
      after: both.filter(([, after]) => after).length,
      pre: right(0), post: right(1), of: pairs.length, unmarked: twice.length - pairs.length,
    };
  }

  return { DAY, reviews, calibration, progress, tasks, gain, current };
})();
