/* Border Watch: what one run consists of. Read, checked, kept in this browser, saved to a file.
   The key is not one of a reader's learning (bookkit:1:), so "My learning" leaves it alone. */

const bookkitSimKept = (() => {
  const { stepsOf, turnNow, teamOf } = bookkitSimBase;
  const KEY = "bookkit:sim:1:border-watch";
  const OLD = `${KEY}:unread`; // text that could not be read, kept until it is erased
  const FORMAT = "bookkit-simulation";
  const MOST_TEXT = 600;
  const MOST_LOG = 5000;
  const LARGEST = 3_000_000; // characters of a file

  /** A run that has not begun. */
  const fresh = (known) => ({
    format: FORMAT,
    version: known.version,
    plan: known.formats[0].id,
    students: 21,
    observers: 1,
    card: null,
    drawn: null, // true: by chance, false: by control
    opened: false,
    at: null,
    timer: { left: 0, since: null },
    news: {},
    reports: [],
    dials: Object.fromEntries(known.dials.map(({ id, start }) => [id, start])),
    decisions: {},
    paused: false,
    debrief: 0,
    log: [],
  });

  /* ---- checks: each gives null, or what was wanted ---- */

  const isRecord = (value) => Boolean(value) && typeof value === "object" && !Array.isArray(value);
  const isText = (value, most = MOST_TEXT) => typeof value === "string" && value.length <= most;
  const isWhole = (value, from, to) => Number.isInteger(value) && value >= from && value <= to;
  const isTime = (value) => isText(value, 40) && !Number.isNaN(Date.parse(value));
  const sameFields = (value, fields) => isRecord(value)
    && Object.keys(value).sort().join() === [...fields].sort().join();

  const isDecision = (known, key, one) => {
    const [, turn, team] = key.match(/^(\d+):([a-z-]+)$/) ?? [];
    return known.turns.some(({ number }) => number === Number(turn)) && Boolean(teamOf(known, team))
      && sameFields(one, ["p", "text", "instrument", "audience", "force", "announced"])
      && Array.isArray(one.p) && one.p.length === 3 && one.p.every((part) => isWhole(part, 0, 100))
      && one.p[0] + one.p[1] + one.p[2] === 100 && isText(one.text) && one.text.trim() !== ""
      && isText(one.instrument) && isText(one.audience) && typeof one.force === "boolean"
      && (one.announced === null || (isText(one.announced) && one.announced.trim() !== ""));
  };

  const isNews = (known, id, one) => known.injects.some((inject) => inject.id === id)
    && sameFields(one, ["stage", "text"]) && ["some", "all", "held"].includes(one.stage)
    && (one.text === null || (isText(one.text, 1000) && one.text.trim() !== ""));

  const CHECKS = {
    format: (value) => value === FORMAT,
    version: (value, known) => value === known.version,
    plan: (value, known) => known.formats.some(({ id }) => id === value),
    students: (value, known) => isWhole(value, known.sizes.least, known.sizes.most),
    observers: (value) => isWhole(value, 0, 28),
    card: (value, known) => value === null || known.cards.some(({ id }) => id === value),
    drawn: (value) => [null, true, false].includes(value),
    opened: (value) => typeof value === "boolean",
    at: (value, known, state) => value === null
      || (isWhole(value, 0, stepsOf(known, state.plan).length - 1) && state.card !== null),
    timer: (value) => sameFields(value, ["left", "since"]) && Number.isFinite(value.left)
      && value.left >= 0 && value.left <= 36_000
      && (value.since === null || isWhole(value.since, 0, 9e15)),
    news: (value, known) => isRecord(value)
      && Object.entries(value).every(([id, one]) => isNews(known, id, one)),
    reports: (value, known) => Array.isArray(value)
      && value.every((id) => known.reports.some((report) => report.id === id)),
    dials: (value, known) => sameFields(value, known.dials.map(({ id }) => id))
      && known.dials.every(({ id, least, most }) => isWhole(value[id], least, most)),
    decisions: (value, known) => isRecord(value)
      && Object.entries(value).every(([key, one]) => isDecision(known, key, one)),
    paused: (value) => typeof value === "boolean",
    debrief: (value, known) => isWhole(value, 0, known.debrief.steps.length - 1),
    log: (value) => Array.isArray(value) && value.length <= MOST_LOG && value.every((one) =>
      sameFields(one, ["at", "turn", "kind", "text"]) && isTime(one.at) && isWhole(one.turn, 0, 9)
      && isText(one.kind, 20) && isText(one.text, 2000)),
  };

  /** What is wrong with a saved run, in a sentence; null if nothing. */
  function fault(known, state) {
    if (!isRecord(state) || state.format !== FORMAT) return "It is not a run of Border Watch.";
    if (state.version !== known.version) {
      return "It was saved with another edition of Border Watch, whose cards differ from these.";
    }
    for (const [field, sound] of Object.entries(CHECKS)) {
      if (!Object.hasOwn(state, field)) return `The field \u201c${field}\u201d is missing.`;
      if (!sound(state[field], known, state)) return `The field \u201c${field}\u201d is damaged.`;
    }
    const extra = Object.keys(state).find((field) => !Object.hasOwn(CHECKS, field));
    return extra ? `The field \u201c${extra}\u201d is not known.` : null;
  }

  /** Read text as a run: {state} or {problem}. */
  function parse(known, text) {
    if (text.length > LARGEST) return { problem: "It is too large to be a run of Border Watch." };
    let state;
    try {
      state = JSON.parse(text);
    } catch {
      return { problem: "It is broken or cut off: it is not JSON." };
    }
    const problem = fault(known, state);
    return problem ? { problem } : { state };
  }

  /* ---- the browser's storage ---- */

  /** What the browser kept: {state}, {problem, text}, {} for nothing, or {off: true}. */
  function read(known) {
    try {
      const text = localStorage.getItem(KEY);
      if (text === null) return {};
      const found = parse(known, text);
      return found.problem ? { ...found, text } : found;
    } catch {
      return { off: true };
    }
  }

  /** Keep a run; false if the browser refuses. */
  function write(state) {
    try {
      localStorage.setItem(KEY, JSON.stringify(state));
      return true;
    } catch {
      return false;
    }
  }

  /** Text that could not be read, if some is kept. */
  function unread() {
    try {
      return localStorage.getItem(OLD);
    } catch {
      return null;
    }
  }

  /** Set text aside that could not be read, so that a new run does not overwrite it. */
  function setAside(text) {
    try {
      localStorage.setItem(OLD, text);
      localStorage.removeItem(KEY);
    } catch {
      // storage is full or off: the page still holds the text for a download
    }
  }

  function erase() {
    try {
      for (const key of [KEY, OLD]) localStorage.removeItem(key);
    } catch {
      // storage is off: nothing was kept
    }
  }

  /* ---- the log ---- */

  const note = (known, state, kind, text) => {
    const at = new Date().toISOString();
    if (state.log.length < MOST_LOG) {
      state.log.push({ at, turn: turnNow(known, state), kind, text: text.slice(0, 2000) });
    }
  };

  const clock = (at) => new Date(at).toLocaleTimeString("en-GB");

  /** The log as lines of text, with the time in the room. */
  function toText(known, state) {
    const began = state.log[0] ? new Date(state.log[0].at).toLocaleDateString("en-GB",
      { day: "numeric", month: "long", year: "numeric" }) : "not begun";
    const lines = state.log.map(({ at, turn, text }) =>
      `${clock(at)}  ${turn ? `Turn ${turn}` : "Before turn 1"}  ${text}`);
    const dials = known.dials.map(({ id, title }) => `${title} ${state.dials[id]}`).join(", ");
    return [`${known.title}, ${began}`, "", ...lines, "", `Dials: ${dials}`, ""].join("\n");
  }

  const toFile = (state) => `${JSON.stringify(state, null, 1)}\n`;

  return {
    KEY, MOST_TEXT, fresh, fault, parse, read, write, unread, setAside, erase, note, clock, toText,
    toFile,
  };
})();
