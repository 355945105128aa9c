"""The lesson plans of ``data/lesson-plans.yml``, read against the book and against the clock.

Minutes of chapters and lab tasks come from the notebooks' own metadata, readings from the words
of the sections. Each step must hold what it asks for: words to say, words to read, votes, work.
Every fault is a :class:`PlanError` that names file, line and field and says how to mend it.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from bookkit import boardfile, data, quizfile, yamlfile
from bookkit.quizfile import Item
from bookkit.yamlfile import Problem, Steps, meant

SCHEMA = Path(__file__).with_name("plans.schema.json")
FILE = "data/lesson-plans.yml"
SIMULATION = "data/simulation.yml"
HEADING = re.compile(r"^(#{1,4}) (.+)$", re.M)
DROPDOWN = re.compile(r"^:::\{dropdown\}.*?^:::$", re.M | re.S)


class PlanError(data.DataError):
    """A plan is wrong or does not fit the book; the message names file, line, field and mend."""


@dataclass(frozen=True)
class Clock:
    """What one step asks for, in words and minutes."""

    said: int  # words that the teacher reads aloud
    read: int  # words that students read
    votes: int  # shows of cards
    work: float  # minutes of writing, talking, sorting
    tasks: int  # minutes of lab tasks
    needed: float  # minutes in all


@dataclass(frozen=True)
class Step:
    """One step of a session: when it runs, what it holds, and what the clock says of it."""

    start: int
    end: int
    content: Mapping[str, Any]
    clock: Clock


@dataclass(frozen=True)
class Homework:
    """One thing to read or do at home, with the minutes that the book gives for it."""

    text: str  # Markdown, links as seen from chapters/teaching/
    minutes: int


@dataclass(frozen=True)
class Session:
    """One lesson: its steps fill the plan's minutes exactly."""

    title: str
    keep: str
    steps: tuple[Step, ...]
    home: tuple[Homework, ...]


@dataclass(frozen=True)
class Plan:
    """One plan with its sessions; ``content`` holds title, for, about, evidence, adapt, prepare."""

    id: str
    minutes: int
    content: Mapping[str, Any]
    before: tuple[Homework, ...]
    sessions: tuple[Session, ...]

    def class_minutes(self) -> int:
        """Minutes in class over all sessions."""
        return self.minutes * len(self.sessions)

    def home_minutes(self) -> int:
        """Minutes at home over all sessions, reading beforehand included."""
        every = [*self.before, *(task for session in self.sessions for task in session.home)]
        return sum(task.minutes for task in every)

    def prepare_minutes(self) -> int:
        """Minutes that the teacher needs beforehand."""
        return sum(entry["minutes"] for entry in self.content["prepare"])


def load(path: Path | None = None) -> tuple[dict[str, float], tuple[Plan, ...]]:
    """Read and check the plans; return the speeds (words a minute, minutes a vote) and the plans.

    Raises PlanError with one line for each thing that is wrong: file, line, plan, field, mend.
    """
    path = path or data.ROOT / FILE
    if not path.is_file():
        raise PlanError(f"{FILE}: the file is missing. Restore it.")
    return _load(path, data.ROOT, _state(path))


def _state(*paths: Path) -> tuple[int, int]:
    """How many files the plans may rest on, and when the newest of them changed."""
    folders = (data.ROOT / "data", data.ROOT / "chapters")
    every = [*paths, *(path for folder in folders for path in folder.rglob("*.*"))]
    return len(every), max(path.stat().st_mtime_ns for path in every)


@lru_cache(maxsize=2)
def _load(
    path: Path, _root: Path, _changed: tuple[int, int]
) -> tuple[dict[str, float], tuple[Plan, ...]]:
    tree = yamlfile.parse(path, PlanError, FILE)
    plain = yamlfile.plain(tree)
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    problems = list(yamlfile.breaks(plain, schema)) or list(_check(plain))
    if problems:
        part = ("plans", "plan")
        lines = [yamlfile.describe(FILE, tree, plain, *problem, part) for problem in problems]
        raise PlanError("\n".join(lines))
    return plain["speed"], tuple(_plan(entry, plain["speed"]) for entry in plain["plans"])


# ---- what the book says of itself -----------------------------------------------------------


@lru_cache(maxsize=64)
def _read(path: Path, _changed: int) -> tuple[dict[str, Any], str]:
    """The kit's metadata of a page and its Markdown."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".ipynb":
        return {}, text
    cells = [cell for cell in json.loads(text)["cells"] if cell["cell_type"] == "markdown"]
    facts: dict[str, Any] = next(
        (c["metadata"]["bookkit"] for c in cells if "bookkit" in c["metadata"]), {}
    )
    return facts, "\n\n".join("".join(cell["source"]) for cell in cells)


def page(name: str) -> tuple[Path, dict[str, Any], str]:
    """The file of a page below chapters/, its metadata and its Markdown; raises PlanError."""
    folder = data.ROOT / "chapters"
    for path in (folder / f"{name}.ipynb", folder / f"{name}.md"):
        if path.is_file():
            return path, *_read(path, path.stat().st_mtime_ns)
    known = [p.relative_to(folder).with_suffix("").as_posix() for p in folder.rglob("*.ipynb")]
    raise PlanError(f"there is no page {name!r} in chapters/.{meant(name, sorted(known))}")


def minutes_of(name: str) -> int:
    """The minutes that a chapter or lab gives for itself; raises PlanError."""
    path, facts, _ = page(name)
    if not isinstance(facts.get("minutes"), int):
        raise PlanError(
            f"chapters/{path.relative_to(data.ROOT / 'chapters').as_posix()} does not say how long "
            "it takes. Write 'minutes' into the 'bookkit' metadata of its first cell."
        )
    return int(facts["minutes"])


def tasks_of(name: str) -> dict[str, dict[str, Any]]:
    """The tasks of a lab by title, each with its minutes; raises PlanError."""
    path, facts, _ = page(name)
    listed: list[Any] = facts.get("tasks", [])
    tasks = {str(task.get("title")): task for task in listed if isinstance(task, dict)}
    if not tasks or not all(isinstance(task.get("minutes"), int) for task in tasks.values()):
        raise PlanError(
            f"chapters/{path.relative_to(data.ROOT / 'chapters').as_posix()} does not list its "
            "tasks. Write 'tasks', each with title and minutes, into its 'bookkit' metadata."
        )
    return tasks


@lru_cache(maxsize=2)
def _questions(folder: Path, _changed: int) -> dict[str, Item]:
    """All questions by id; reading the files once, since a plan asks for them again and again."""
    quizzes = [quizfile.load(path.stem, folder) for path in sorted(folder.glob("*.yml"))]
    return {item.id: item for quiz in quizzes for item in quiz.items}


def questions(ids: Sequence[str]) -> tuple[Item, ...]:
    """The quiz items with these ids; raises QuizError for an id that no file holds."""
    folder = data.ROOT / "data" / "quiz"
    known = _questions(
        folder, max((path.stat().st_mtime_ns for path in folder.glob("*.yml")), default=0)
    )
    for id_ in ids:
        if id_ not in known:
            quizfile.find([id_])  # raises, and names what was meant
    return tuple(known[id_] for id_ in ids)


@lru_cache(maxsize=8)
def _board(path: Path, _changed: int) -> boardfile.Board:
    return boardfile.load(path.stem, path.parent)


def board(name: str) -> boardfile.Board:
    """The board of this name; raises BoardError."""
    path = data.ROOT / "data" / "boards" / f"{name}.yml"
    return _board(path, path.stat().st_mtime_ns) if path.is_file() else boardfile.load(name)


def slug(heading: str) -> str:
    """The anchor of a heading on the built page: letters first, hyphens between words."""
    return re.sub(r"^[^a-z]+", "", re.sub(r"[^a-z0-9]+", "-", heading.lower())).strip("-")


def section(name: str, anchor: str) -> tuple[str, str]:
    """The heading of a section and its Markdown, subsections included; raises PlanError."""
    _, _, text = page(name)
    found = list(HEADING.finditer(text))
    for number, heading in enumerate(found):
        if slug(heading[2]) == anchor:
            level = len(heading[1])
            after = [other.start() for other in found[number + 1 :] if len(other[1]) <= level]
            return heading[2], text[heading.end() : after[0] if after else len(text)]
    known = [slug(heading[2]) for heading in found]
    raise PlanError(f"{name} has no section {anchor!r}.{meant(anchor, known)}")


def words(markdown: str) -> int:
    """How many words somebody reads: no folded answers, link targets, directives or signs."""
    text = DROPDOWN.sub("", markdown)
    text = re.sub(r"^:::.*$|^:\w+:.*$|^\|[-|: ]+\|$", "", text, flags=re.M)
    text = re.sub(r"\]\([^)]*\)", "]", text)
    return len(re.findall(r"[^\W_][\w'’.,–-]*", text))


# ---- checking --------------------------------------------------------------------------------


def _check(plain: Mapping[str, Any]) -> Iterator[Problem]:
    ids = [plan["id"] for plan in plain["plans"]]
    for number, plan in enumerate(plain["plans"]):
        way: Steps = ("plans", number)
        if plan["id"] in ids[:number]:
            yield (*way, "id"), f"{plan['id']!r} stands here twice. Each must differ."
        yield from _check_home(plan.get("before", []), (*way, "before"))
        for at, session in enumerate(plan["sessions"]):
            here: Steps = (*way, "sessions", at)
            faults = [
                *_check_home(session.get("home", []), (*here, "home")),
                *_check_steps(session["steps"], plain["speed"], (*here, "steps")),
            ]
            yield from faults
            if not faults:
                yield from _check_sum(session["steps"], plan["minutes"], (*here, "steps"))


def _check_sum(steps: Sequence[Mapping[str, Any]], minutes: int, way: Steps) -> Iterator[Problem]:
    total = sum(_minutes(step) for step in steps)
    if total != minutes:
        too = "too long" if total > minutes else "too short"
        yield (
            way,
            f"the steps take {total} minutes and the lesson has {minutes}: "
            f"{abs(total - minutes)} {too}. Change the minutes of a step.",
        )


def _check_home(tasks: Sequence[Mapping[str, Any]], way: Steps) -> Iterator[Problem]:
    for number, task in enumerate(tasks):
        try:
            _home(task, {"reading": 1.0})
        except PlanError as fault:
            yield (*way, number, "page"), str(fault)


def _check_steps(
    steps: Sequence[Mapping[str, Any]], speed: Mapping[str, float], way: Steps
) -> Iterator[Problem]:
    for number, step in enumerate(steps):
        here: Steps = (*way, number)
        if not ("minutes" in step or "tasks" in step):
            yield (*here, "minutes"), "is missing. Write whole minutes, or the tasks of a lab."
            continue
        if ("lab" in step or "simulation" in step) != ("tasks" in step):
            yield (*here, "tasks"), "belong to a lab or simulation. Write both or neither."
            continue
        faults = list(_check_references(step, here))
        yield from faults
        if faults:
            continue
        clock = _clock(step, speed)
        if clock.needed > _minutes(step):
            yield (
                (*here, "minutes"),
                f"{_minutes(step)} minutes do not hold what the step asks for: {account(clock)}. "
                "Shorten it or give it more time.",
            )


def _check_references(step: Mapping[str, Any], here: Steps) -> Iterator[Problem]:
    """What a step names must exist: quiz items, rows of a table, a board, tasks of a lab."""
    for at, id_ in enumerate(step.get("items", [])):
        try:
            if questions([id_])[0].type != "one":
                yield (
                    (*here, "items", at),
                    f"{id_!r} has no single letter as its key. Choose another.",
                )
        except quizfile.QuizError as fault:
            yield (*here, "items", at), str(fault)
    if "list" in step:
        try:
            rows(step["list"])
        except data.DataError as fault:
            yield (*here, "list"), str(fault)
    if step.get("strips"):
        try:
            strips()
        except data.DataError as fault:
            yield (*here, "strips"), str(fault)
    if "board" in step:
        try:
            board(step["board"])
        except boardfile.BoardError as fault:
            yield (*here, "board"), str(fault)
    if "tasks" in step:
        try:
            _step_tasks(step)
        except PlanError as fault:
            yield (*here, "tasks"), str(fault)


def _step_tasks(step: Mapping[str, Any]) -> int:
    """The minutes of the tasks of a step, from the lab or from the simulation's format."""
    if "tasks" not in step:
        return 0
    if "simulation" in step:
        return _sum(step["simulation"], _format(step["simulation"]), step["tasks"])
    return _task_minutes(step["lab"], step["tasks"])


def _task_minutes(lab: str, titles: Sequence[str]) -> int:
    return _sum(lab, {title: task["minutes"] for title, task in tasks_of(lab).items()}, titles)


def _sum(name: str, minutes: Mapping[str, int], titles: Sequence[str]) -> int:
    for title in titles:
        if title not in minutes:
            raise PlanError(f"{name} has no task {title!r}.{meant(title, list(minutes))}")
    return sum(minutes[title] for title in titles)


def _simulation() -> dict[str, Any]:
    path = data.ROOT / SIMULATION
    if not path.is_file():
        raise PlanError(f"{SIMULATION}: the file is missing. Restore it.")
    return _parsed(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=2)
def _parsed(path: Path, _changed: int) -> dict[str, Any]:
    found: dict[str, Any] = yamlfile.plain(yamlfile.parse(path, PlanError, SIMULATION))
    return found


def _format(wanted: str) -> dict[str, int]:
    """The minutes of each step of a format of the simulation, by title."""
    formats = {entry["id"]: entry for entry in _simulation().get("formats", [])}
    if wanted not in formats:
        raise PlanError(f"the simulation has no format {wanted!r}.{meant(wanted, list(formats))}")
    steps = [step for lesson in formats[wanted]["lessons"] for step in lesson]
    return {step["title"]: int(step["minutes"]) for step in steps}


def rows(wanted: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The rows of a list: those named by id, or all in the order of their text; no key shows."""
    frame = data.table(wanted["table"])
    for column in [*wanted["text"], *wanted.get("key", [])]:
        if column not in frame:
            hint = meant(column, [str(name) for name in frame.columns])
            raise PlanError(f"the table {wanted['table']} has no column {column!r}.{hint}")
    known = [str(id_) for id_ in frame["id"]]
    for id_ in wanted.get("rows", []):
        if id_ not in known:
            raise PlanError(f"the table {wanted['table']} has no row {id_!r}.{meant(id_, known)}")
    chosen = frame[frame["id"].isin(wanted.get("rows", known))]
    found: list[Any] = chosen.to_dict("records")
    first = wanted["text"][-1]
    return sorted(found, key=lambda row: str(row["id"]) if "rows" in wanted else str(row[first]))


def paragraphs(step: Mapping[str, Any]) -> list[str]:
    """What the teacher says in a step, a paragraph each."""
    said = step.get("say", [])
    return [said] if isinstance(said, str) else list(said)


@dataclass(frozen=True)
class Strip:
    """One paper strip of the day ladder: an event without its date."""

    day: str  # ISO date
    text: str
    sources: str  # ids, separated by semicolons


def strips() -> list[Strip]:
    """The strips of data/simulation.yml with the days of their events; raises PlanError."""
    listed = _simulation().get("strips", [])
    events = data.table("events").set_index("id")
    for strip in listed:
        if strip["event"] not in events.index:
            hint = meant(strip["event"], [str(id_) for id_ in events.index])
            raise PlanError(f"the strip {strip['event']!r} is no event.{hint}")
    rows = [(events.loc[strip["event"]], strip["text"]) for strip in listed]
    found = [Strip(f"{row['date']:%Y-%m-%d}", text, str(row["sources"])) for row, text in rows]
    return sorted(found, key=lambda strip: strip.text)


# ---- the clock -------------------------------------------------------------------------------


def _minutes(step: Mapping[str, Any]) -> int:
    """The minutes of a step: its own, and those of the lab's tasks that it uses."""
    return int(step.get("minutes", 0)) + _step_tasks(step)


def _clock(step: Mapping[str, Any], speed: Mapping[str, float]) -> Clock:
    items = questions(step.get("items", []))
    said = sum(map(words, paragraphs(step)))
    if step.get("keys"):
        said += sum(words(text) for item in items for text in _aloud(item))
    read = words(step.get("show", "")) + sum(words(text) for item in items for text in _asked(item))
    listed = "tasks" not in step  # a lab's minutes hold the reading of its own cards
    if listed and "list" in step:
        columns = step["list"]["text"]
        read += sum(words(str(row[c])) for row in rows(step["list"]) for c in columns)
    if listed and step.get("strips"):
        read += sum(words(strip.text) for strip in strips())
    if listed and "board" in step:
        read += sum(words(card.text) for card in board(step["board"]).cards)
    tasks = _step_tasks(step)
    work = float(step.get("work", 0))
    votes = len(items)
    minutes = said / speed["speaking"] + read / speed["reading"] + votes * speed["vote"]
    return Clock(said, read, votes, work, tasks, round(minutes + work + tasks, 1))


def _asked(item: Item) -> list[str]:
    """What students read of a question: its stem, and its options if it has any."""
    return [item.stem, *(option["text"] for option in item.content.get("options", []))]


def _aloud(item: Item) -> list[str]:
    """What the teacher says of an answer: why it is right, and the longest reason against."""
    options = item.content.get("options", [])
    wrong = [option["feedback"] for option in options if not option["correct"]]
    right = [option["feedback"] for option in options if option["correct"]]
    return [*right, max(wrong, key=words, default="")]


def account(clock: Clock) -> str:
    """The clock in words, for instance '52 words to say, 3 minutes of work: 3.4 minutes'."""
    parts = [
        f"{clock.said} words to say" if clock.said else "",
        f"{clock.read} words to read" if clock.read else "",
        f"{clock.votes} vote{'s' * (clock.votes > 1)}" if clock.votes else "",
        f"{clock.work:g} minute{'s' * (clock.work != 1)} of work" if clock.work else "",
        f"{clock.tasks} minutes of lab tasks" if clock.tasks else "",
    ]
    return f"{', '.join(filter(None, parts)) or 'nothing'}: {clock.needed:g} minutes"


# ---- from the file to plans ------------------------------------------------------------------


def _plan(entry: Mapping[str, Any], speed: Mapping[str, float]) -> Plan:
    before = tuple(_home(task, speed) for task in entry.get("before", []))
    sessions = tuple(_session(session, speed) for session in entry["sessions"])
    return Plan(entry["id"], entry["minutes"], entry, before, sessions)


def _session(entry: Mapping[str, Any], speed: Mapping[str, float]) -> Session:
    start, steps = 0, []
    for step in entry["steps"]:
        end = start + _minutes(step)
        steps.append(Step(start, end, step, _clock(step, speed)))
        start = end
    home = tuple(_home(task, speed) for task in entry.get("home", []))
    return Session(entry["title"], entry.get("keep", ""), tuple(steps), home)


def _home(task: Mapping[str, Any], speed: Mapping[str, float]) -> Homework:
    name = task["page"]
    path, _, text = page(name)
    title = HEADING.search(text)
    head = title[2].split(":")[0] if title else name
    link = f"../{path.relative_to(data.ROOT / 'chapters').as_posix()}".replace("../teaching/", "")
    note = f": {task['note']}" if "note" in task else ""
    if "sections" in task:
        parts = [section(name, anchor) for anchor in task["sections"]]
        minutes = math.ceil(sum(words(body) for _, body in parts) / speed["reading"])
        names = [
            f"[{heading}]({link}#{anchor})"
            for (heading, _), anchor in zip(parts, task["sections"], strict=True)
        ]
        return Homework(f"{', '.join(names)}{note}", minutes)
    if "tasks" in task:
        minutes = _task_minutes(name, task["tasks"])
        return Homework(f"[{head}]({link}): {'; '.join(task['tasks'])}{note}", minutes)
    return Homework(f"[{head}]({link}){note}", minutes_of(name))
