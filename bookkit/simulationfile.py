"""The file of the simulation, ``data/simulation.yml``: read, checked, and how large its teams are.

`bookkit.simulation` makes pages and cards from it. Every fault is named with its line, part and
field, and with a way to mend it.
"""

from __future__ import annotations

import hashlib
import json
import re
import typing
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from bookkit import data, yamlfile
from bookkit.yamlfile import Problem, Steps, meant

FILE = "data/simulation.yml"
SCHEMA = Path(__file__).with_name("simulation.schema.json")
ALL = "all"  # in place of team ids
FREE_TURN = 3  # from this turn on control may bend the news to what teams did
TURN_STEPS = ("news", "decide", "announce")  # what every turn of a plan has, in this order
WORDS = {
    "teams": "team",
    "injects": "news item",
    "reports": "report",
    "branches": "branch",
    "formats": "format",
    "strips": "strip",
    "turns": "turn",
    "dials": "dial",
    "cards": "card",
    "notes": "note",
    "sheet": "question",
}


class SimulationError(ValueError):
    """The file of the simulation or a request is wrong; the message says how to mend it."""


@dataclass(frozen=True)
class Pause:
    """What is read aloud when a team chooses force."""

    title: str
    text: tuple[str, ...]
    sources: tuple[str, ...]
    then: str


@dataclass(frozen=True)
class Desk:
    """From how many students on how many of them sit at the observer desk."""

    students: int
    desk: int


@dataclass(frozen=True)
class Sizes:
    """Smallest and largest class, and who is given an extra student first."""

    least: int
    most: int
    extra: tuple[str, ...]
    observers: tuple[Desk, ...]
    desk: str


@dataclass(frozen=True)
class Dial:
    """A public scale, moved one notch at a time."""

    id: str
    title: str
    asks: str
    low: str
    high: str
    least: int
    most: int
    start: int
    notch: int


@dataclass(frozen=True)
class Private:
    """What only one team reads; ``holds`` is given to it in the turn ``holds_from``."""

    aims: tuple[str, ...]
    limit: str
    holds: str = ""
    holds_from: int = 0
    holds_sources: tuple[str, ...] = ()


@dataclass(frozen=True)
class Team:
    """A team of advisers: what everyone may know of it, and its private brief.

    ``said`` was said in public in 2021; ``rules`` bind the team in the game only.
    """

    id: str
    number: int
    name: str
    advises: str
    said: tuple[str, ...]
    sources: tuple[str, ...]
    instruments: tuple[str, ...]
    private: Private
    rules: tuple[str, ...] = ()


@dataclass(frozen=True)
class Card:
    """One of Moscow's sealed cards."""

    id: str
    title: str
    aims: tuple[str, ...]
    means: str


@dataclass(frozen=True)
class Note:
    """The red line of one member of the team that must agree.

    It is invented; ``sources`` are what the member said in public that comes near.
    """

    id: str
    member: str
    text: str
    sources: tuple[str, ...]


@dataclass(frozen=True)
class Report:
    """What the monitors are told; ``truth`` mends one that is partly wrong."""

    id: str
    turn: int
    text: str
    wrong: bool
    sources: tuple[str, ...]
    truth: str = ""


@dataclass(frozen=True)
class Turn:
    """A stretch of days; both are written YYYY-MM-DD."""

    number: int
    first: str
    last: str
    title: str


@dataclass(frozen=True)
class Inject:
    """A news item: who hears it first, and whether all hear it next."""

    id: str
    turn: int
    date: str
    text: str
    to: tuple[str, ...]
    events: tuple[str, ...]
    sources: tuple[str, ...]
    then_all: bool = False


@dataclass(frozen=True)
class Branch:
    """What control may do when a team has done something."""

    id: str
    team: str
    turns: tuple[int, ...]
    when: str
    then: str


@dataclass(frozen=True)
class Step:
    """A step of a lesson; ``turn`` is 0 for one that belongs to no turn."""

    kind: str
    title: str
    minutes: int
    turn: int = 0


@dataclass(frozen=True)
class Format:
    """A plan: lessons of ``minutes`` each, made of steps."""

    id: str
    title: str
    minutes: int
    lessons: tuple[tuple[Step, ...], ...]

    @property
    def turns(self) -> tuple[int, ...]:
        """The turns that are played."""
        return tuple(step.turn for lesson in self.lessons for step in lesson if step.kind == "news")


@dataclass(frozen=True)
class SheetQuestion:
    """A question of the decision sheet with the boxes for its answer."""

    id: str
    question: str
    hint: str
    parts: tuple[str, ...]


@dataclass(frozen=True)
class DebriefStep:
    """A step of the debrief; the key question belongs to the step with ``key``."""

    id: str
    title: str
    minutes: int
    say: str
    ask: tuple[str, ...]
    voluntary: bool = False
    key: bool = False


@dataclass(frozen=True)
class Debrief:
    """The key question and the steps in order."""

    question: str
    steps: tuple[DebriefStep, ...]

    @property
    def minutes(self) -> int:
        """Minutes of all steps."""
        return sum(step.minutes for step in self.steps)


@dataclass(frozen=True)
class Happened:
    """Something that did happen, with its sources."""

    text: str
    sources: tuple[str, ...]


@dataclass(frozen=True)
class History:
    """What did happen, and what is not known."""

    happened: tuple[Happened, ...]
    unknown: tuple[str, ...]


@dataclass(frozen=True)
class Row:
    """A row of the rubric, the best level first."""

    title: str
    levels: tuple[str, ...]


@dataclass(frozen=True)
class Rubric:
    """What is marked, and how."""

    task: str
    levels: tuple[int, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Strip:
    """An event without its date, for the day ladder."""

    event: str
    text: str


@dataclass(frozen=True)
class Simulation:
    """All of Border Watch, as the file has it."""

    title: str
    construct: str
    purpose: str
    place: str
    safety: tuple[str, ...]
    pause: Pause
    sizes: Sizes
    dials: tuple[Dial, ...]
    teams: tuple[Team, ...]
    cards: tuple[Card, ...]
    notes: tuple[Note, ...]
    reports: tuple[Report, ...]
    turns: tuple[Turn, ...]
    injects: tuple[Inject, ...]
    branches: tuple[Branch, ...]
    formats: tuple[Format, ...]
    sheet: tuple[SheetQuestion, ...]
    debrief: Debrief
    history: History
    rubric: Rubric
    strips: tuple[Strip, ...]

    @property
    def version(self) -> str:
        """Short digest of all that a saved run refers to; a run of another version is not used."""
        parts: list[Any] = [[(one.id, one.start) for one in self.dials]]
        parts += [[one.id for one in self.teams], [one.id for one in self.cards]]
        parts += [[(one.id, one.turn) for one in self.injects]]
        parts += [[(one.id, [len(lesson) for lesson in one.lessons]) for one in self.formats]]
        parts += [[one.id for one in self.debrief.steps]]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:10]

    def team(self, wanted: str) -> Team:
        """The team with this id."""
        return next(team for team in self.teams if team.id == wanted)


# ---- the sizes of the teams ----------------------------------------------------------------------


def desk_size(sizes: Sizes, students: int) -> int:
    """How many of a class sit at the observer desk, unless control says otherwise."""
    return max((one.desk for one in sizes.observers if one.students <= students), default=0)


def team_sizes(sizes: Sizes, students: int, observers: int | None = None) -> dict[str, int]:
    """How many of ``students`` each team has, by team id, when ``observers`` sit apart.

    Raises SimulationError for a class that is too small or too large, or a desk that leaves a
    team empty.
    """
    if not sizes.least <= students <= sizes.most:
        raise SimulationError(
            f"A class of {students} does not fit: choose {sizes.least} to {sizes.most} students."
        )
    desk = desk_size(sizes, students) if observers is None else observers
    each, rest = divmod(students - desk, len(sizes.extra))
    if desk < 0 or each < 1:
        raise SimulationError(f"{desk} observers of {students} leave a team empty. Choose fewer.")
    return {team: each + (place < rest) for place, team in enumerate(sizes.extra)}


# ---- reading the file ----------------------------------------------------------------------------


def load(path: Path | None = None) -> Simulation:
    """Read and check the file of the simulation, ``data/simulation.yml`` unless given.

    Raises SimulationError with one line for each thing that is wrong: file, line, part, field.
    """
    path = path or data.ROOT / FILE
    if not path.is_file():
        raise SimulationError(f"There is no file {FILE}. Restore it.")
    tree = yamlfile.parse(path, SimulationError, FILE)
    plain = yamlfile.plain(tree)
    problems = list(yamlfile.breaks(plain, _schema())) or list(_check_meaning(plain))
    if problems:
        raise SimulationError("\n".join(_describe(tree, plain, *one) for one in problems))
    return typing.cast(Simulation, _make(Simulation, plain))


def _describe(tree: Any, plain: Any, way: Steps, problem: str) -> str:
    head = str(way[0]) if way else ""
    return yamlfile.describe(FILE, tree, plain, way, problem, (head, WORDS.get(head, "part")))


@cache
def _schema() -> Any:
    return json.loads(SCHEMA.read_text(encoding="utf-8"))


def _make(kind: Any, value: Any) -> Any:
    """Build a dataclass, or a tuple of some, from the plain value that the schema has passed."""
    if typing.get_origin(kind) is tuple:
        return tuple(_make(typing.get_args(kind)[0], one) for one in value)
    if not isinstance(value, dict):
        return value
    hints = _hints(kind)
    return kind(**{field: _make(hints[field], part) for field, part in value.items()})


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return typing.get_type_hints(kind)


# ---- what the schema cannot say ------------------------------------------------------------------


def _check_meaning(plain: dict[str, Any]) -> Iterator[Problem]:
    for check in (
        _check_ids, _check_sources, _check_teams, _check_dials, _check_turns, _check_injects,
        _check_reports, _check_branches, _check_formats, _check_debrief, _check_strips,
    ):  # fmt: skip
        yield from check(plain)


def _check_ids(plain: dict[str, Any]) -> Iterator[Problem]:
    lists: list[tuple[Steps, Any]] = [
        ((name,), plain[name])
        for name in ("dials", "teams", "cards", "notes", "reports", "injects", "branches")
    ]
    lists += [(("formats",), plain["formats"]), (("sheet",), plain["sheet"])]
    for way, entries in [*lists, (("debrief", "steps"), plain["debrief"]["steps"])]:
        seen: set[str] = set()
        for number, entry in enumerate(entries):
            if entry["id"] in seen:
                yield (*way, number, "id"), "is used twice. Give each its own id."
            seen.add(entry["id"])


def _check_sources(plain: dict[str, Any]) -> Iterator[Problem]:
    for way, ids in _sources(plain, ()):
        for index, problem in yamlfile.unknown_sources(ids):
            yield (*way, index), problem


def _sources(node: Any, way: Steps) -> Iterator[tuple[Steps, list[str]]]:
    """Every list of sources in the file, with the way to it."""
    if isinstance(node, dict):
        for field, value in node.items():
            if str(field).endswith("sources"):
                yield (*way, field), value
            else:
                yield from _sources(value, (*way, field))
    elif isinstance(node, list):
        for number, value in enumerate(node):
            yield from _sources(value, (*way, number))


def _check_teams(plain: dict[str, Any]) -> Iterator[Problem]:
    teams = [team["id"] for team in plain["teams"]]
    for place, team in enumerate(plain["teams"]):
        if team["number"] != place + 1:
            yield (
                ("teams", place, "number"),
                f"{team['number']} stands in place {place + 1}. Number the teams in order.",
            )
        held = team["private"].get("holds_from")
        if held is not None and held not in _turn_numbers(plain):
            yield ("teams", place, "private", "holds_from"), _no_turn(held, plain)
    sizes = plain["sizes"]
    for place, name in enumerate(sizes["extra"]):
        if name not in teams:
            yield ("sizes", "extra", place), _no_team(name, teams)
    if set(sizes["extra"]) < set(teams):
        missing = ", ".join(team for team in teams if team not in sizes["extra"])
        yield ("sizes", "extra"), f"lacks {missing}. Name every team once."
    if sizes["least"] > sizes["most"]:
        yield ("sizes", "most"), f"{sizes['most']} is less than least. Correct one of them."
    for place, (one, other) in enumerate(pairwise(sizes["observers"])):
        if other["students"] <= one["students"] or other["desk"] < one["desk"]:
            yield (
                ("sizes", "observers", place + 1),
                "does not follow. Let class and desk grow from line to line.",
            )


def _no_team(name: str, teams: Sequence[str]) -> str:
    return f"there is no team {name!r}.{meant(name, teams)}"


def _check_dials(plain: dict[str, Any]) -> Iterator[Problem]:
    for place, dial in enumerate(plain["dials"]):
        if not dial["least"] <= dial["start"] <= dial["most"] or dial["least"] == dial["most"]:
            yield (
                ("dials", place, "start"),
                f"{dial['start']} is not between {dial['least']} and {dial['most']}. Correct it.",
            )
        elif any((dial[end] - dial["start"]) % dial["notch"] for end in ("least", "most")):
            yield (
                ("dials", place, "notch"),
                f"steps of {dial['notch']} from {dial['start']} miss an end of the scale. "
                "Choose a notch that reaches both ends.",
            )


def _turn_numbers(plain: dict[str, Any]) -> list[int]:
    return [turn["number"] for turn in plain["turns"]]


def _no_turn(number: int, plain: dict[str, Any]) -> str:
    known = ", ".join(str(turn) for turn in _turn_numbers(plain))
    return f"there is no turn {number}. Known are: {known}."


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _check_turns(plain: dict[str, Any]) -> Iterator[Problem]:
    end = ""
    for place, turn in enumerate(plain["turns"]):
        way: Steps = ("turns", place)
        if turn["number"] != place + 1:
            yield (*way, "number"), f"{turn['number']} is turn {place + 1}. Number them in order."
        for field in ("first", "last"):
            if not _is_day(turn[field]):
                yield (*way, field), f"{turn[field]} is no day of the calendar. Correct it."
        if turn["last"] < turn["first"]:
            yield (*way, "last"), f"{turn['last']} is before {turn['first']}. Correct one of them."
        if turn["first"] <= end:
            yield (*way, "first"), f"{turn['first']} lies in the turn before. Correct one of them."
        end = turn["last"]


def _check_injects(plain: dict[str, Any]) -> Iterator[Problem]:
    teams = [team["id"] for team in plain["teams"]]
    turns = {turn["number"]: turn for turn in plain["turns"]}
    before = ""
    for place, inject in enumerate(plain["injects"]):
        way: Steps = ("injects", place)
        day, turn = inject["date"], turns.get(inject["turn"])
        if not _is_day(day):
            yield (*way, "date"), f"{day} is no day of the calendar. Correct it."
        elif day < before:
            yield (*way, "date"), f"{day} is before {before} of the item above. Put it in order."
        elif turn and not turn["first"] <= day <= turn["last"]:
            yield (
                (*way, "date"),
                f"{day} is not in turn {inject['turn']}, {turn['first']} to {turn['last']}. "
                "Correct date or turn.",
            )
        before = max(before, day)
        if not turn:
            yield (*way, "turn"), _no_turn(inject["turn"], plain)
        yield from _check_audience(way, inject, teams)
        yield from _check_events((*way, "events"), inject["events"], day)
    for number in turns:
        if number not in {inject["turn"] for inject in plain["injects"]}:
            yield ("injects",), f"turn {number} has no news item. Give it one."


def _check_audience(way: Steps, inject: dict[str, Any], teams: Sequence[str]) -> Iterator[Problem]:
    if inject["to"] == [ALL]:
        if "then_all" in inject:
            yield (*way, "then_all"), "has no use: all hear it at once. Leave the field out."
        return
    for index, name in enumerate(inject["to"]):
        if name not in teams:
            yield (*way, "to", index), f"{_no_team(name, teams)} For everyone write [all]."
    if "then_all" not in inject:
        yield (*way, "then_all"), "is missing. Write true if the class hears it next, else false."


def _check_events(way: Steps, ids: Sequence[str], day: str) -> Iterator[Problem]:
    """Each event is one of the book, and none is later than the day on which it is told."""
    dates = _event_dates()
    for index, name in enumerate(ids):
        if name not in dates:
            yield (*way, index), f"{name!r} is not in data/events.csv.{meant(name, list(dates))}"
        elif dates[name] > day:
            yield (
                (*way, index),
                f"{name} is of {dates[name]}, later than {day}: hindsight. Drop it or move the "
                "item.",
            )


@cache
def _event_dates() -> dict[str, str]:
    """The day of each event of the book, by id."""
    events = data.table("events")
    return {str(name): f"{day:%Y-%m-%d}" for name, day in zip(events.id, events.date, strict=True)}


def _check_reports(plain: dict[str, Any]) -> Iterator[Problem]:
    for place, report in enumerate(plain["reports"]):
        way: Steps = ("reports", place)
        if report["turn"] not in _turn_numbers(plain):
            yield (*way, "turn"), _no_turn(report["turn"], plain)
        if report["wrong"] and "truth" not in report:
            yield (*way, "truth"), "is missing. Say what is true where the report is wrong."
        if not report["wrong"] and "truth" in report:
            yield (*way, "truth"), "has no use: the report is right. Leave the field out."
    first = set()
    for number in _turn_numbers(plain):
        wrong = [report["wrong"] for report in plain["reports"] if report["turn"] == number]
        if sorted(wrong) != [False, True]:
            yield (
                ("reports",),
                f"turn {number} has {len(wrong)} reports, {sum(wrong)} of them wrong. "
                "Give each turn two, one of them wrong.",
            )
        first.update(wrong[:1])
    if len(first) == 1:
        yield (
            ("reports",),
            "the wrong one stands in the same place in every turn. Swap the two of some turns.",
        )


def _check_branches(plain: dict[str, Any]) -> Iterator[Problem]:
    teams = [team["id"] for team in plain["teams"]]
    for place, branch in enumerate(plain["branches"]):
        way: Steps = ("branches", place)
        if branch["team"] not in (*teams, ALL):
            yield (*way, "team"), _no_team(branch["team"], [*teams, ALL])
        for index, number in enumerate(branch["turns"]):
            if number not in _turn_numbers(plain):
                yield (*way, "turns", index), _no_turn(number, plain)
            elif number < FREE_TURN and branch["team"] != ALL:
                yield (
                    (*way, "turns", index),
                    f"news is bent from turn {FREE_TURN} on, not in turn {number}. Drop it.",
                )


def _check_formats(plain: dict[str, Any]) -> Iterator[Problem]:
    debrief = sum(step["minutes"] for step in plain["debrief"]["steps"])
    for place, entry in enumerate(plain["formats"]):
        way: Steps = ("formats", place)
        for number, lesson in enumerate(entry["lessons"]):
            minutes = sum(step["minutes"] for step in lesson)
            if minutes != entry["minutes"]:
                yield (
                    (*way, "lessons", number),
                    f"the steps take {minutes} minutes, the lesson {entry['minutes']}. "
                    "Change a step until they agree.",
                )
        steps = [
            ((*way, "lessons", number, index), step)
            for number, lesson in enumerate(entry["lessons"])
            for index, step in enumerate(lesson)
        ]
        yield from _check_steps(way, steps, plain, debrief)


def _check_steps(
    way: Steps, steps: Sequence[tuple[Steps, dict[str, Any]]], plain: dict[str, Any], debrief: int
) -> Iterator[Problem]:
    kinds = Counter(step["kind"] for _, step in steps)
    if kinds["debrief"] != 1 or steps[-1][1]["kind"] != "debrief":
        yield (*way, "lessons"), "needs one debrief, as its last step. Put it there."
    played = []
    for place, step in steps:
        turn = step.get("turn")
        if step["kind"] in TURN_STEPS:
            if turn not in _turn_numbers(plain):
                said = "is missing. Write" if turn is None else _no_turn(turn, plain) + " Write"
                yield (*place, "turn"), f"{said} the number of the turn."
            played.append((turn, step["kind"]))
        elif turn is not None:
            yield (*place, "turn"), f"has no use in a step of kind {step['kind']}. Leave it out."
        if step["kind"] == "debrief" and step["minutes"] != debrief:
            yield (
                (*place, "minutes"),
                f"{step['minutes']}, but the steps of the debrief take {debrief}. Make them agree.",
            )
    last = len(played) // len(TURN_STEPS)
    if played != [(turn, kind) for turn in range(1, last + 1) for kind in TURN_STEPS]:
        yield (
            (*way, "lessons"),
            "plays its turns out of order. Give each turn, from 1 on, news, decide and announce.",
        )


def _check_debrief(plain: dict[str, Any]) -> Iterator[Problem]:
    keys = sum(step.get("key", False) for step in plain["debrief"]["steps"])
    if keys != 1:
        yield ("debrief", "steps"), f"{keys} steps hold the key question. Mark one with key: true."


def _check_strips(plain: dict[str, Any]) -> Iterator[Problem]:
    seen: set[str] = set()
    for place, strip in enumerate(plain["strips"]):
        way: Steps = ("strips", place)
        if strip["event"] not in _event_dates():
            close = meant(strip["event"], list(_event_dates()))
            yield (*way, "event"), f"{strip['event']!r} is not in data/events.csv.{close}"
        if strip["event"] in seen:
            yield (*way, "event"), "is told twice. Choose another event."
        seen.add(strip["event"])
        dated = re.search(r"\b(January|February|March|April|May|June)\b|\b2021\b", strip["text"])
        if dated:
            yield (*way, "text"), f"{dated[0]!r} gives the date away. Tell it without."
