/* What the browser has kept of a reader's learning: read, checked, saved to a file, merged, erased.
   Each record has a key "kind:name", in the browser with the prefix bookkit:1:, in the file without.
   bookkit/classroom/results.py reads these files too. */

const bookkitKept = (() => {
  const PREFIX = "bookkit:1:";
  const FORMAT = "bookkit-learning";
  const VERSION = 2; // of the file; 1 had no edition, book and name, and summed only the records
  const LARGEST = 5_000_000; // characters of a file

  /* ---- what a record of each kind looks like; a check gives null or {path, value, wanted} ---- */

  const is = (wanted, test) => (value, path) => (test(value) ? null : { path, value, wanted });
  const text = (most) => is(`text of at most ${most} characters`,
    (value) => typeof value === "string" && value.length <= most);
  const flag = is("true or false", (value) => typeof value === "boolean");
  const time = is("a date and time", (value) =>
    typeof value === "string" && value.length < 40 && !Number.isNaN(Date.parse(value)));
  const whole = (from, to) => is(`a whole number from ${from} to ${to}`,
    (value) => Number.isInteger(value) && value >= from && value <= to);
  const among = (...values) => is(values.join(" or "), (value) => values.includes(value));
  const small = is("a short answer", (value) => (JSON.stringify(value) ?? "").length <= 2000);
  const orNull = (check) => (value, path) => (value === null ? null : check(value, path));
  const first = (problems) => problems.find(Boolean) ?? null;
  const list = (each, most) => (value, path) =>
    (!Array.isArray(value) || value.length > most
      ? { path, value, wanted: `a list of at most ${most}` }
      : first(value.map((one, i) => each(one, `${path} ${i + 1}`))));
  const isRecord = (value) => Boolean(value) && typeof value === "object" && !Array.isArray(value);
  const fields = (known, optional = {}) => (value, path) => {
    if (!isRecord(value)) return { path, value, wanted: "a record with fields" };
    const checks = { ...known, ...optional };
    const extra = Object.keys(value).find((name) => !Object.hasOwn(checks, name));
    if (extra) return { path: `${path}, ${extra}`, value: value[extra], wanted: "no such field" };
    const missing = Object.keys(known).find((name) => !Object.hasOwn(value, name));
    if (missing) return { path: `${path}, ${missing}`, value: undefined, wanted: "this field" };
    return first(Object.keys(value).map((name) => checks[name](value[name], `${path}, ${name}`)));
  };

  const attempt = fields({
    answer: small, confidence: among(50, 70, 90), correct: orNull(flag), at: time, // null: unmarked
  });
  const question = fields({
    version: text(40), tries: list(attempt, 200), shown: orNull(whole(0, 200)),
  }, { past: list(attempt, 200) });
  const KINDS = {
    quiz: question,
    before: question,
    after: question,
    read: list(text(200), 200),
    "look-back": fields({ ids: list(text(20), 20), at: time }),
    forecast: fields({
      version: text(40), percent: whole(1, 99), why: text(1000), at: time, revealed: flag,
    }),
    predict: fields({ version: text(40), guess: small, revealed: flag, why: text(5000) }),
    board: fields({
      version: text(40), answer: small, shown: orNull(whole(0, 200)),
      tries: list(fields({ answer: small, right: orNull(whole(0, 100)), at: time }), 200),
    }),
  };

  /** What is wrong with one record, or null. */
  function fault(key, record) {
    const [, kind, name] = key.match(/^([a-z-]+):([\w.-]{1,120})$/) ?? [];
    if (!name || !Object.hasOwn(KINDS, kind)) {
      return { path: key, value: undefined, wanted: "a key of this book" };
    }
    return KINDS[kind](record, key);
  }

  /* ---- the browser's storage; anything may stand in it ---- */

  /** All sound records by key; null if the browser keeps nothing. */
  function read() {
    try {
      const keys = Object.keys(localStorage).filter((key) => key.startsWith(PREFIX)).sort();
      const records = {};
      for (const key of keys) {
        try {
          const [name, record] = [key.slice(PREFIX.length), JSON.parse(localStorage.getItem(key))];
          if (!fault(name, record)) records[name] = record;
        } catch {
          // not JSON: not ours
        }
      }
      return records;
    } catch {
      return null;
    }
  }

  /** Write all of these or, if the browser refuses one, none; tell which. */
  function write(records) {
    const old = Object.keys(records).map((key) => [key, localStorage.getItem(PREFIX + key)]);
    try {
      for (const [key, record] of Object.entries(records)) {
        localStorage.setItem(PREFIX + key, JSON.stringify(record));
      }
      return true;
    } catch {
      for (const [key, before] of old) {
        if (before === null) localStorage.removeItem(PREFIX + key);
        else localStorage.setItem(PREFIX + key, before);
      }
      return false;
    }
  }

  /** Erase everything the book has kept, broken records too; tell how many. */
  function erase() {
    const keys = Object.keys(localStorage).filter((key) => key.startsWith(PREFIX));
    for (const key of keys) localStorage.removeItem(key);
    return keys.length;
  }

  /* ---- the file ---- */

  /** A check sum (FNV-1a, 32 bits), to notice a file that was changed by hand; no secret. */
  function sum(value) {
    let hash = 0x811c9dc5;
    for (const sign of JSON.stringify(value)) {
      hash = Math.imul(hash ^ sign.codePointAt(0), 0x01000193) >>> 0;
    }
    return hash.toString(16).padStart(8, "0");
  }

  /** The text of a file; `about` is {edition, book, name} (book: digest of all questions). */
  function toFile(records, { edition, book, name }) {
    const head = { format: FORMAT, version: VERSION, edition, book, name };
    const content = { ...head, saved: new Date().toISOString(), records };
    return `${JSON.stringify({ ...content, check: sum(content) }, null, 1)}\n`;
  }

  const SHAPES = {
    1: fields({
      format: text(40), version: among(1), saved: time, check: text(8),
      records: is("a record with fields", isRecord),
    }),
    2: fields({
      format: text(40), version: among(2), edition: among("teacher", "student"), book: text(20),
      name: text(60), saved: time, records: is("a record with fields", isRecord), check: text(8),
    }),
  };

  /** Whether a file is as it was saved. */
  function isWhole({ check, ...content }) {
    return sum(content.version === 1 ? content.records : content) === check;
  }

  const shown = (value) => {
    const written = JSON.stringify(value);
    return written && written.length > 40 ? `${written.slice(0, 37)}...` : written;
  };

  /** Read a file: {records, name}, or {problem} in one sentence or two. */
  function fromFile(content) {
    if (content.length > LARGEST) return { problem: "This file is too large to be from this page." };
    let file;
    try {
      file = JSON.parse(content);
    } catch {
      return { problem: "This file is broken or cut off: it is not JSON. Choose a file that this "
        + "page has saved, as it was saved." };
    }
    if (!isRecord(file) || file.format !== FORMAT) {
      return { problem: "This file is not from this page: it lacks the mark "
        + `\u201cformat: ${FORMAT}\u201d. Choose a file that this page has saved.` };
    }
    if (Number.isInteger(file.version) && file.version > VERSION) {
      return { problem: `This file was saved by a newer edition of the book (its version is ${
        file.version}, this page reads ${VERSION}). Open it in that edition.` };
    }
    const shape = SHAPES[Object.hasOwn(SHAPES, file.version) ? file.version : VERSION];
    const problem = shape(file, "file")
      ?? first(Object.entries(file.records).map(([key, one]) => fault(key, one)));
    if (problem) {
      const found = problem.value === undefined ? "" : ` is ${shown(problem.value)}`;
      return { problem: `In this file ${problem.path}${found}; wanted is ${problem.wanted}. It was `
        + "changed by hand or damaged; choose it as it was saved." };
    }
    if (!isWhole(file)) {
      return { problem: "This file was changed after it was saved: its check sum does not fit. "
        + "Choose it as it was saved." };
    }
    return { records: file.records, name: file.name ?? "" };
  }

  /* ---- two records of one thing ---- */

  const lastTime = (record) => Math.max(0, ...[
    ...(record.tries ?? []), ...(record.past ?? []), record,
  ].map(({ at }) => Date.parse(at) || 0));

  /** The better of two: of the current version, of a shown outcome, then the newer one. */
  function better(key, mine, theirs, versions) {
    if (Array.isArray(mine)) return [...new Set([...mine, ...theirs])]; // sections read
    const fits = (record) => !versions[key] || record.version === versions[key];
    if (fits(mine) !== fits(theirs)) return fits(mine) ? mine : theirs;
    const open = (record) => record.revealed === true;
    if (open(mine) !== open(theirs)) return open(mine) ? mine : theirs;
    return lastTime(theirs) > lastTime(mine) ? theirs : mine;
  }

  /** What to write so that the newest attempt of each is kept: {changes, added, updated}. */
  function merge(mine, theirs, versions) {
    const changes = {};
    let [added, updated] = [0, 0];
    for (const [key, record] of Object.entries(theirs)) {
      if (!Object.hasOwn(mine, key)) {
        changes[key] = record;
        added += 1;
        continue;
      }
      const kept = better(key, mine[key], record, versions);
      if (JSON.stringify(kept) === JSON.stringify(mine[key])) continue;
      changes[key] = kept;
      updated += 1;
    }
    return { changes, added, updated };
  }

  return { read, write, erase, toFile, fromFile, merge };
})();
