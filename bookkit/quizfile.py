"""Quiz files: ``data/quiz/<name>.yml`` read, checked and turned into questions.

``quiz.schema.json`` says what a question has; what a schema cannot say is checked here. Every
fault is named with file, line, item and field, and with the way to mend it.
"""

from __future__ import annotations

import hashlib
import json
import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from bookkit import data, yamlfile
from bookkit.yamlfile import Problem, Steps, meant

SCHEMA = Path(__file__).with_name("quiz.schema.json")
COMMON = ("id", "type", "objective", "level", "stem", "section", "sources")
TAUGHT = ("feedback", "why", "low", "high")  # may be mended without a reader losing progress
ITEM_ID = re.compile(r"^\s*(?:-\s+)?id:\s*[\"']?([^\"'\s#]+)", re.M)
CATCH_ALL = re.compile(r"\b(all|none|both|neither|any)\s+of\s+(the|these)\b(\s+above)?\W*$", re.I)


class QuizError(ValueError):
    """A quiz file or a request for a quiz is wrong; the message says where and how to mend it."""


@dataclass(frozen=True)
class Item:
    """One question; ``content`` holds the fields that only its type has."""

    id: str
    type: str
    objective: str
    level: str
    stem: str
    section: str
    sources: tuple[str, ...]
    content: Mapping[str, Any]
    page: str = ""  # of the chapter that holds the answer
    heading: str = ""  # text of the section that holds it

    @property
    def version(self) -> str:
        """Short digest of question and key; saved progress of another version is not used.

        Feedback is left out: whoever rewords it takes no reader's progress away.
        """
        asked = {"type": self.type, "stem": self.stem, "content": _without(self.content, TAUGHT)}
        if self.type in ("order", "match"):  # what a reader's answer counts in
            asked["shown"] = shown(self)
        text = json.dumps(asked, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()[:10]


@dataclass(frozen=True)
class Quiz:
    """The questions of one file, or some of them."""

    name: str
    title: str
    page: str
    sections: Mapping[str, str]
    items: tuple[Item, ...]


def load(name: str, folder: Path | None = None) -> Quiz:
    """Read and check one quiz file; ``folder`` is ``data/quiz`` of the book unless given.

    Raises QuizError with one line for each thing that is wrong: file, line, item, field, mend.
    """
    folder = folder or data.ROOT / "data" / "quiz"
    path = folder / f"{name}.yml"
    if not path.is_file():
        names = sorted(found.stem for found in folder.glob("*.yml"))
        raise QuizError(f"There is no quiz data/quiz/{name}.yml.{meant(name, names)}")
    shown = f"data/quiz/{path.name}"
    tree = yamlfile.parse(path, QuizError, shown)
    plain = yamlfile.plain(tree)
    problems = list(yamlfile.breaks(plain, _schema(), _known_fields)) or list(
        _check_meaning(plain, path)
    )
    if problems:
        part = ("items", "item")
        lines = (yamlfile.describe(shown, tree, plain, *problem, part) for problem in problems)
        raise QuizError("\n".join(lines))
    items = tuple(
        Item(
            **{field: entry[field] for field in COMMON if field != "sources"},
            sources=tuple(entry["sources"]),
            content={field: value for field, value in entry.items() if field not in COMMON},
            page=plain["page"],
            heading=plain["sections"][entry["section"]],
        )
        for entry in plain["items"]
    )
    return Quiz(name, plain["title"], plain["page"], plain["sections"], items)


def shown(item: Item) -> list[int]:
    """The index in the file of each thing that a reader can choose or move, in the order shown.

    Steps and choices of a match are shuffled; options stand as in the file; a number has none.
    What a page records of an order or a match are places in this list, so that the numbers tell
    nothing of the right answer.
    """
    content = item.content
    if item.type == "order":
        return shuffled(item.id, len(content["steps"]))
    if item.type == "match":
        return shuffled(item.id, len(content["pairs"]) + len(content.get("extra", [])))
    return list(range(len(content.get("options", []))))


def shuffled(seed: str, length: int) -> list[int]:
    """The numbers below ``length`` in an order that is always the same and never the right one."""
    numbers = list(range(length))
    shuffle = random.Random(seed).shuffle
    while numbers == sorted(numbers):
        shuffle(numbers)
    return numbers


def find(ids: Sequence[str], folder: Path | None = None) -> tuple[Item, ...]:
    """The items with these ids, in this order, from whichever quiz files hold them.

    Raises QuizError for an id that no file holds, and for a file that breaks its schema.
    """
    folder = folder or data.ROOT / "data" / "quiz"
    home = {
        found: path.stem
        for path in sorted(folder.glob("*.yml"))
        for found in ITEM_ID.findall(path.read_text(encoding="utf-8", errors="replace"))
    }
    for wanted in ids:
        if wanted not in home:
            chapter = [found for found in home if found.split(".")[0] == wanted.split(".")[0]]
            raise QuizError(f"No file of data/quiz has an item {wanted!r}.{meant(wanted, chapter)}")
    files = {name: load(name, folder) for name in {home[wanted] for wanted in ids}}
    items = {item.id: item for quiz in files.values() for item in quiz.items}
    return tuple(items[wanted] for wanted in ids)


@cache
def _schema() -> Any:
    return json.loads(SCHEMA.read_text(encoding="utf-8"))


def _known_fields(value: Any, schema: Mapping[str, Any]) -> dict[str, Any]:
    """The fields an object may have; none are known while its type is not."""
    if "allOf" not in schema and "properties" in schema and "additionalProperties" in schema:
        return dict(schema["properties"])
    kind = value.get("type") if isinstance(value, dict) else None
    parts = _schema()["$defs"]
    if kind not in parts["item"]["properties"]["type"]["enum"]:
        return dict(schema.get("properties", {})) if "additionalProperties" in schema else {}
    return {**parts["item"]["properties"], **parts[kind]["properties"]}


def _check_meaning(plain: Any, path: Path) -> Iterator[Problem]:
    """What the schema cannot say: keys, ids, sources, sections, rules of item writing."""
    elsewhere = {
        found: other.name
        for other in sorted(path.parent.glob("*.yml"))
        if other != path
        for found in ITEM_ID.findall(other.read_text(encoding="utf-8", errors="replace"))
    }
    here: set[str] = set()
    for number, item in enumerate(plain["items"]):
        way: Steps = ("items", number)
        if item["id"] in here:
            yield (*way, "id"), "is used twice in this file. Give each item its own id."
        elif item["id"] in elsewhere:
            other = elsewhere[item["id"]]
            yield (*way, "id"), f"is also used in data/quiz/{other}. Give each item its own id."
        here.add(item["id"])
        if item["section"] not in plain["sections"]:
            near = meant(item["section"], list(plain["sections"]))
            yield (*way, "section"), f"{item['section']!r} is not under 'sections'.{near}"
        for index, problem in yamlfile.unknown_sources(item["sources"]):
            yield (*way, "sources", index), problem
        for below, problem in CHECKS[item["type"]](item):
            yield (*way, *below), problem


def _check_options(item: Mapping[str, Any]) -> Iterator[Problem]:
    options = item["options"]
    keys = [str(n) for n, option in enumerate(options, start=1) if option["correct"]]
    if item["type"] == "one" and len(keys) != 1:
        found = f"options {' and '.join(keys)} are marked correct" if keys else "no option is right"
        yield ("options",), f"{found}. An item of type one has exactly one 'correct: true'."
    if item["type"] == "several" and not 2 <= len(keys) < len(options):
        yield (
            ("options",),
            f"{len(keys)} of {len(options)} options are marked correct. An item of type several "
            "has at least two right options and one wrong one.",
        )
    yield from _check_repeats([option["text"] for option in options], "options", "text")
    for index, option in enumerate(options):
        if CATCH_ALL.search(option["text"]):
            yield (
                ("options", index, "text"),
                f"{option['text']!r} tests logic, not knowledge. Write a real option, "
                "or use type several.",
            )


def _check_number(item: Mapping[str, Any]) -> Iterator[Problem]:
    for index, miss in enumerate(item.get("near_misses", [])):
        if abs(miss["value"] - item["answer"]) <= item["tolerance"]:
            yield (
                ("near_misses", index, "value"),
                f"{miss['value']} counts as right with this tolerance. Give a wrong number.",
            )


def _check_steps(item: Mapping[str, Any]) -> Iterator[Problem]:
    yield from _check_repeats([step["text"] for step in item["steps"]], "steps", "text")


def _check_pairs(item: Mapping[str, Any]) -> Iterator[Problem]:
    yield from _check_repeats([pair["left"] for pair in item["pairs"]], "pairs", "left")
    yield from _check_repeats([pair["right"] for pair in item["pairs"]], "pairs", "right")
    rights = [pair["right"] for pair in item["pairs"]]
    for index, text in enumerate(item.get("extra", [])):
        if text in rights or text in item["extra"][:index]:
            yield ("extra", index), f"{text!r} stands here twice. Each choice must differ."


def _check_repeats(texts: list[str], field: str, part: str) -> Iterator[Problem]:
    for index, text in enumerate(texts):
        if text in texts[:index]:
            yield (field, index, part), f"{text!r} stands here twice. Each must differ."


CHECKS: dict[str, Callable[[Mapping[str, Any]], Iterator[Problem]]] = {
    "one": _check_options,
    "several": _check_options,
    "number": _check_number,
    "order": _check_steps,
    "match": _check_pairs,
}


def _without(value: Any, fields: Sequence[str]) -> Any:
    if isinstance(value, dict):
        return {k: _without(v, fields) for k, v in value.items() if k not in fields}
    return [_without(part, fields) for part in value] if isinstance(value, list) else value
