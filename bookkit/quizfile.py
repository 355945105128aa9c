"""Quiz files: ``data/quiz/<name>.yml`` read, checked and turned into questions.

``quiz.schema.json`` says what a question has; what a schema cannot say is checked here. Every
fault is named with file, line, item and field, and with the way to mend it.
"""

from __future__ import annotations

import difflib
import hashlib
import io
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from bookkit import data

SCHEMA = Path(__file__).with_name("quiz.schema.json")
COMMON = ("id", "type", "objective", "level", "stem", "section", "sources")
TAUGHT = ("feedback", "why", "low", "high")  # may be mended without a reader losing progress
ITEM_ID = re.compile(r"^\s*(?:-\s+)?id:\s*[\"']?([^\"'\s#]+)", re.M)
CATCH_ALL = re.compile(r"\b(all|none|both|neither|any)\s+of\s+(the|these)\b(\s+above)?\W*$", re.I)

Steps = tuple[str | int, ...]  # the way to a field: ("items", 0, "options", 2, "feedback")


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
        raise QuizError(f"There is no quiz data/quiz/{name}.yml.{_meant(name, names)}")
    tree = _parse(path)
    plain = _plain(tree)
    problems = list(_check_schema(plain)) or list(_check_meaning(plain, path))
    if problems:
        raise QuizError("\n".join(_describe(path, tree, plain, *problem) for problem in problems))
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
            raise QuizError(
                f"No file of data/quiz has an item {wanted!r}.{_meant(wanted, chapter)}"
            )
    files = {name: load(name, folder) for name in {home[wanted] for wanted in ids}}
    items = {item.id: item for quiz in files.values() for item in quiz.items}
    return tuple(items[wanted] for wanted in ids)


def _shown(path: Path) -> str:
    return f"data/quiz/{path.name}"


def _parse(path: Path) -> Any:
    """The file as ruamel's tree, which knows the line of each field."""
    from ruamel.yaml import YAML
    from ruamel.yaml.constructor import DuplicateKeyError
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    content = path.read_bytes()
    if content.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        raise QuizError(f"{_shown(path)}, line 1: a byte order mark. Save as UTF-8 without BOM.")
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise QuizError(
            f"{_shown(path)}, line {line}: not UTF-8. Save the file as UTF-8."
        ) from None
    for number, line_text in enumerate(text.splitlines(), start=1):
        if "\t" in line_text:
            raise QuizError(f"{_shown(path)}, line {number}: a tab. Use spaces instead.")
    try:
        return YAML(typ="rt").load(io.StringIO(text))
    except DuplicateKeyError as error:
        field = re.search(r'duplicate key "(.+?)"', str(error.problem))
        line = error.problem_mark.line + 1
        raise QuizError(
            f"{_shown(path)}, line {line}, field {field[1] if field else '?'}: "
            "stands here a second time. Keep one of the two."
        ) from None
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise QuizError(
            f"{_shown(path)}, line {mark.line + 1 if mark else 1}: not YAML ({error.problem}). "
            "Check the indentation, and put text with a colon in quotes."
        ) from None
    except YAMLError as error:
        raise QuizError(f"{_shown(path)}: not YAML ({error}).") from None


def _plain(node: Any) -> Any:
    """The tree as Python's own types; text wrapped over lines is joined by single spaces."""
    if isinstance(node, Mapping):
        return {str(key): _plain(value) for key, value in node.items()}
    if isinstance(node, list):
        return [_plain(value) for value in node]
    if isinstance(node, str):
        return " ".join(node.split())
    if isinstance(node, bool) or node is None:
        return node
    if isinstance(node, int):
        return int(node)
    return float(node) if isinstance(node, float) else node


@cache
def _schema() -> Any:
    return json.loads(SCHEMA.read_text(encoding="utf-8"))


def _check_schema(plain: Any) -> Iterator[tuple[Steps, str]]:
    """What breaks the schema, as (way to the field, what is wrong and how to mend it)."""
    from jsonschema import Draft202012Validator

    seen: set[tuple[Steps, str]] = set()
    for error in Draft202012Validator(_schema()).iter_errors(plain):
        way: Steps = tuple(error.absolute_path)
        for problem in _explain(error, way):
            if problem not in seen:
                seen.add(problem)
                yield problem


def _explain(error: Any, way: Steps) -> Iterator[tuple[Steps, str]]:
    rule, value = error.validator, error.instance
    if rule == "required":
        fields = {**_known_fields(value, error.schema), **error.schema.get("properties", {})}
        for field in error.validator_value:
            if field not in value:
                yield (*way, field), f"is missing. {_mend(fields[field])}".strip()
    elif rule in ("additionalProperties", "unevaluatedProperties"):
        known = _known_fields(value, error.schema)
        for field in value:
            if known and field not in known:
                yield (*way, field), f"is not known here.{_meant(field, list(known))}"
    elif rule == "enum":
        meant = _meant(str(value), error.validator_value)
        yield way, f"{value!r} is not known.{meant or ' ' + _mend(error.schema)}"
    else:
        yield way, f"{_quoted(value)} will not do. {_mend_along(error)}"


def _known_fields(value: Any, schema: Mapping[str, Any]) -> dict[str, Any]:
    """The fields an object may have; none are known while its type is not."""
    if "allOf" not in schema and "properties" in schema and "additionalProperties" in schema:
        return dict(schema["properties"])
    kind = value.get("type") if isinstance(value, dict) else None
    parts = _schema()["$defs"]
    if kind not in parts["item"]["properties"]["type"]["enum"]:
        return dict(schema.get("properties", {})) if "additionalProperties" in schema else {}
    return {**parts["item"]["properties"], **parts[kind]["properties"]}


def _mend(schema: Mapping[str, Any]) -> str:
    """How to mend a field: the description in the schema, its own or that of what it refers to."""
    if "description" in schema:
        return str(schema["description"])
    target = str(schema.get("$ref", "")).rsplit("/", 1)[-1]
    return str(_schema()["$defs"].get(target, {}).get("description", ""))


def _mend_along(error: Any) -> str:
    """The nearest description on the way to the rule that was broken."""
    node, nearest = _schema(), ""
    for step in error.absolute_schema_path:
        node = node[step] if not isinstance(node, list) else node[int(step)]
        if isinstance(node, dict):
            nearest = node.get("description", nearest)
            while "$ref" in node:  # jsonschema leaves references out of the way
                node = _schema()["$defs"][node["$ref"].rsplit("/", 1)[-1]]
                nearest = node.get("description", nearest)
    return str(nearest)


def _check_meaning(plain: Any, path: Path) -> Iterator[tuple[Steps, str]]:
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
            meant = _meant(item["section"], list(plain["sections"]))
            yield (*way, "section"), f"{item['section']!r} is not under 'sections'.{meant}"
        for index, source in enumerate(item["sources"]):
            if not _known_source(source):
                yield (
                    (*way, "sources", index),
                    f"{source!r} is not in data/sources.bib. Add the source or correct the id.",
                )
        for below, problem in CHECKS[item["type"]](item):
            yield (*way, *below), problem


def _known_source(source: str) -> bool:
    try:
        return bool(data.sources([source]))
    except data.DataError:
        return False


def _check_options(item: Mapping[str, Any]) -> Iterator[tuple[Steps, str]]:
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


def _check_number(item: Mapping[str, Any]) -> Iterator[tuple[Steps, str]]:
    for index, miss in enumerate(item.get("near_misses", [])):
        if abs(miss["value"] - item["answer"]) <= item["tolerance"]:
            yield (
                ("near_misses", index, "value"),
                f"{miss['value']} counts as right with this tolerance. Give a wrong number.",
            )


def _check_steps(item: Mapping[str, Any]) -> Iterator[tuple[Steps, str]]:
    yield from _check_repeats([step["text"] for step in item["steps"]], "steps", "text")


def _check_pairs(item: Mapping[str, Any]) -> Iterator[tuple[Steps, str]]:
    yield from _check_repeats([pair["left"] for pair in item["pairs"]], "pairs", "left")
    yield from _check_repeats([pair["right"] for pair in item["pairs"]], "pairs", "right")
    rights = [pair["right"] for pair in item["pairs"]]
    for index, text in enumerate(item.get("extra", [])):
        if text in rights or text in item["extra"][:index]:
            yield ("extra", index), f"{text!r} stands here twice. Each choice must differ."


def _check_repeats(texts: list[str], field: str, part: str) -> Iterator[tuple[Steps, str]]:
    for index, text in enumerate(texts):
        if text in texts[:index]:
            yield (field, index, part), f"{text!r} stands here twice. Each must differ."


CHECKS: dict[str, Callable[[Mapping[str, Any]], Iterator[tuple[Steps, str]]]] = {
    "one": _check_options,
    "several": _check_options,
    "number": _check_number,
    "order": _check_steps,
    "match": _check_pairs,
}


def _describe(path: Path, tree: Any, plain: Any, way: Steps, problem: str) -> str:
    """One line that names file, line, item and field, counting options and steps from 1."""
    place = [f"{_shown(path)}, line {_line(tree, way)}"]
    field = way
    if len(way) > 1 and way[0] == "items" and isinstance(way[1], int):
        item = plain["items"][way[1]]
        name = item.get("id") if isinstance(item, dict) else None
        place.append(f"item {name if isinstance(name, str) else f'number {way[1] + 1}'}")
        field = way[2:]
    if field:
        parts = [f" {step + 1}" if isinstance(step, int) else f", {step}" for step in field]
        place.append("field " + "".join(parts).lstrip(", "))
    return f"{', '.join(place)}: {problem}"


def _line(tree: Any, way: Steps) -> int:
    """The line, counted from 1, of a field, or of what should hold it."""
    line, node = 1, tree
    for step in way:
        try:
            at = node.lc.item(step) if isinstance(step, int) else node.lc.key(step)
            line, node = at[0] + 1, node[step]
        except (AttributeError, KeyError, IndexError, TypeError):
            break
    return line


def _quoted(value: Any) -> str:
    if value is None:
        return "nothing"
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) < 60 else text[:57] + "..."


def _meant(word: str, known: Sequence[str]) -> str:
    close = difflib.get_close_matches(word, known, n=1)
    if close:
        return f" Did you mean {close[0]!r}?"
    return f" Known are: {', '.join(known)}." if known else ""


def _without(value: Any, fields: Sequence[str]) -> Any:
    if isinstance(value, dict):
        return {k: _without(v, fields) for k, v in value.items() if k not in fields}
    return [_without(part, fields) for part in value] if isinstance(value, list) else value
