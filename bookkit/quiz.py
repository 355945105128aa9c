"""Quizzes: questions kept as data, asked on the page and in a live notebook.

The questions stand in ``data/quiz/<name>.yml``; ``quiz.schema.json`` says what a question has.
One script, ``web/quiz.js``, brings the same HTML to life on the page and in JupyterLab.
"""

from __future__ import annotations

import difflib
import hashlib
import html
import io
import json
import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import anywidget
import traitlets

WEB = Path(__file__).parent / "web"
SCHEMA = Path(__file__).with_name("quiz.schema.json")
CONFIDENCE = {50: "50 % (a guess)", 70: "70 %", 90: "90 %"}
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


def quiz(name: str, items: Sequence[str] | None = None) -> QuizWidget:
    """Show the questions of ``data/quiz/<name>.yml``, or those whose ids are in ``items``.

    In a live notebook the result's ``results`` holds what the reader answered. Raises QuizError
    for a name or an id that does not exist, and for a file that breaks its schema.
    """
    whole = load(name)
    if items is None:
        return QuizWidget(whole)
    known = {item.id: item for item in whole.items}
    for wanted in items:
        if wanted not in known:
            raise QuizError(
                f"data/quiz/{name}.yml has no item {wanted!r}. It has {', '.join(known)}."
            )
    if not items or len(set(items)) < len(items):
        raise QuizError(f"items={list(items)!r}: name at least one item, and each only once.")
    part = tuple(known[wanted] for wanted in items)
    root = f"quiz-{name}-{part[0].id.replace('.', '-')}"
    return QuizWidget(Quiz(name, whole.title, whole.page, whole.sections, part), root)


# ---- reading the files ---------------------------------------------------------------------------


def load(name: str, folder: Path | None = None) -> Quiz:
    """Read and check one quiz file; ``folder`` is ``data/quiz`` of the book unless given.

    Raises QuizError with one line for each thing that is wrong: file, line, item, field, mend.
    """
    folder = folder or _root() / "data" / "quiz"
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
        )
        for entry in plain["items"]
    )
    return Quiz(name, plain["title"], plain["page"], plain["sections"], items)


def _root() -> Path:
    from bookkit.data import ROOT

    return Path(ROOT)


def _shown(path: Path) -> str:
    return f"data/quiz/{path.name}"


def _parse(path: Path) -> Any:
    """The file as ruamel's tree, which knows the line of each field."""
    from ruamel.yaml import YAML
    from ruamel.yaml.constructor import DuplicateKeyError
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    data = path.read_bytes()
    if data.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        raise QuizError(f"{_shown(path)}, line 1: a byte order mark. Save as UTF-8 without BOM.")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
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
            if "$ref" in node:
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
    from bookkit.data import DataError, sources

    try:
        return bool(sources([source]))
    except DataError:
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


# ---- writing the HTML ----------------------------------------------------------------------------


def render(quiz: Quiz, root: str = "", live: bool = False) -> str:
    """The quiz as HTML that also teaches with scripts off: questions, options, folded answers.

    ``root`` is the id of the whole; ``live`` links to the notebooks instead of the built pages.
    """
    root = root or f"quiz-{quiz.name}"
    total = len(quiz.items)
    items = "".join(
        _render_item(quiz, item, number, live) for number, item in enumerate(quiz.items, start=1)
    )
    return (
        f'<section class="bk-quiz" id="{root}" aria-labelledby="{root}-title" '
        'data-lm-suppress-shortcuts="true">'
        f'<div class="bk-quiz-head"><p class="bk-quiz-title" id="{root}-title">'
        f"{_text(quiz.title)}</p>"
        '<p class="bk-quiz-progress" hidden>'
        f'<progress max="{total}" value="0" aria-label="Questions answered"></progress>'
        f"<span>0 of {total} answered</span></p></div>"
        f'<ol class="bk-items">{items}</ol>'
        '<div class="bk-quiz-foot" hidden><div class="bk-quiz-summary" role="status"></div>'
        '<p><button type="button" class="bk-quiz-reset">Start again</button> '
        '<button type="button" class="bk-quiz-keep" hidden>Keep my answers</button> '
        '<span class="bk-quiz-said" role="status"></span></p></div></section>'
    )


def _render_item(quiz: Quiz, item: Item, number: int, live: bool) -> str:
    anchor = item.id.replace(".", "-")
    body, answer = PARTS[item.type](item)
    confidence = "".join(
        f'<label><input type="radio" name="sure-{anchor}" value="{value}"> '
        f"<span>{text}</span></label>"
        for value, text in CONFIDENCE.items()
    )
    return (
        f'<li class="bk-item" id="quiz-item-{anchor}" data-item="{item.id}" '
        f'data-type="{item.type}" data-version="{item.version}"{_key(item)}>'
        '<form method="dialog" novalidate autocomplete="off"><fieldset class="bk-ask">'
        f'<legend><span class="bk-number">{number}.</span> {_text(item.stem)}'
        f"{HINTS.get(item.type, '')}</legend>{body}</fieldset>"
        '<fieldset class="bk-sure" hidden><legend>How sure are you?</legend>'
        f"{confidence}</fieldset>"
        '<p class="bk-act" hidden><button type="submit" class="bk-check">Check</button></p>'
        '<div class="bk-verdict" role="status"></div></form>'
        f'<p class="bk-again" hidden>{_again(quiz, item, live)}</p>'
        f'<details class="bk-answer"><summary>Show the answer</summary>{answer}'
        f'<p class="bk-read">{_again(quiz, item, live)}</p>'
        f'<p class="bk-from">{_cited(item, live)}</p></details></li>'
    )


HINTS = {
    "several": ' <span class="bk-hint">Choose all that apply.</span>',
    "order": ' <span class="bk-hint">Move the steps into order, the first on top.</span>',
    "match": ' <span class="bk-hint">Choose one for each.</span>',
}


def _key(item: Item) -> str:
    if item.type in ("one", "several"):
        right = [n for n, option in enumerate(item.content["options"]) if option["correct"]]
        return f' data-key="{json.dumps(right)}"'
    if item.type == "number":
        misses = [miss["value"] for miss in item.content.get("near_misses", [])]
        key = {k: item.content[k] for k in ("answer", "tolerance")} | {"misses": misses}
        return f' data-key="{_text(json.dumps(key))}"'
    return ""  # steps and pairs are numbered in the right order


def _render_options(item: Item) -> tuple[str, str]:
    kind = "radio" if item.type == "one" else "checkbox"
    name = f"answer-{item.id.replace('.', '-')}"
    options = item.content["options"]
    body = "".join(
        f'<li><label><input type="{kind}" name="{name}" value="{n}"> '
        f"<span>{_text(option['text'])}</span></label></li>"
        for n, option in enumerate(options)
    )
    notes = "".join(
        f'<li data-right="{str(option["correct"]).lower()}">'
        f"<strong>{'Right' if option['correct'] else 'Wrong'}: {_text(option['text'])}.</strong> "
        f"{_note(n, option['feedback'])}</li>"
        for n, option in enumerate(options)
    )
    return f'<ul class="bk-options">{body}</ul>', f'{_why(item)}<ul class="bk-notes">{notes}</ul>'


def _render_number(item: Item) -> tuple[str, str]:
    content = item.content
    body = (
        '<p class="bk-number-field"><label><span>Your answer</span> '
        '<input type="text" inputmode="decimal" maxlength="30" size="12"> '
        f"<span>{_text(content['unit'])}</span></label></p>"
    )
    margin = content["tolerance"]
    spread = f" (up to {_number(margin)} more or less is right)" if margin else ""
    notes = "".join(
        f"<li><strong>{label}:</strong> {_note(name, text)}</li>"
        for label, name, text in [
            *(
                (_number(miss["value"]), f"near-{n}", miss["feedback"])
                for n, miss in enumerate(content.get("near_misses", []))
            ),
            ("Any other lower number", "low", content["low"]),
            ("Any other higher number", "high", content["high"]),
        ]
    )
    key = f"<p><strong>{_number(content['answer'])} {_text(content['unit'])}</strong>{spread}.</p>"
    return body, f'{key}{_why(item)}<ul class="bk-notes">{notes}</ul>'


def _render_steps(item: Item) -> tuple[str, str]:
    steps = item.content["steps"]
    body = "".join(
        f'<li data-step="{n}"><span class="bk-step">{_text(steps[n]["text"])}</span>'
        '<span class="bk-moves" hidden>'
        f'<button type="button" class="bk-up" aria-label="Move up: {_text(steps[n]["text"])}">'
        '<span aria-hidden="true">↑</span></button> '
        f'<button type="button" class="bk-down" aria-label="Move down: {_text(steps[n]["text"])}">'
        '<span aria-hidden="true">↓</span></button></span></li>'
        for n in _shuffled(item.id, len(steps))
    )
    notes = "".join(
        f"<li><strong>{_text(step['text'])}.</strong> {_note(n, step['feedback'])}</li>"
        for n, step in enumerate(steps)
    )
    moved = '<p class="bk-moved" role="status"></p>'  # where a step went, for screen readers
    return (
        f'<ol class="bk-steps">{body}</ol>{moved}',
        f'{_why(item)}<ol class="bk-notes">{notes}</ol>',
    )


def _render_pairs(item: Item) -> tuple[str, str]:
    pairs = item.content["pairs"]
    rights = [pair["right"] for pair in pairs] + list(item.content.get("extra", []))
    choices = '<option value="">Choose</option>' + "".join(
        f'<option value="{n}">{_text(rights[n])}</option>' for n in _shuffled(item.id, len(rights))
    )
    body = "".join(
        f'<li><label><span class="bk-left">{_text(pair["left"])}</span> '
        f"<select>{choices}</select></label></li>"
        for pair in pairs
    )
    notes = "".join(
        f"<li><strong>{_text(pair['left'])}: {_text(pair['right'])}.</strong> "
        f"{_note(n, pair['feedback'])}</li>"
        for n, pair in enumerate(pairs)
    )
    return f'<ul class="bk-pairs">{body}</ul>', f'{_why(item)}<ul class="bk-notes">{notes}</ul>'


PARTS: dict[str, Callable[[Item], tuple[str, str]]] = {
    "one": _render_options,
    "several": _render_options,
    "number": _render_number,
    "order": _render_steps,
    "match": _render_pairs,
}


def _shuffled(seed: str, length: int) -> list[int]:
    """The numbers below ``length`` in an order that is always the same and never the right one."""
    numbers = list(range(length))
    shuffle = random.Random(seed).shuffle
    while numbers == sorted(numbers):
        shuffle(numbers)
    return numbers


def _note(name: int | str, feedback: str) -> str:
    return f'<span data-note="{name}">{_text(feedback)}</span>'


def _why(item: Item) -> str:
    """The reason for the key; for one answer it is the feedback of the right option."""
    if item.type == "one":
        return ""
    return f'<p data-note="why">{_text(item.content["why"])}</p>'


def _again(quiz: Quiz, item: Item, live: bool) -> str:
    """The link to the section that holds the answer, as long as its chapter exists."""
    title = _text(quiz.sections[item.section])
    chapters = sorted((_root() / "chapters").glob(f"{quiz.page}.*"))
    if not chapters:
        return f"Read again: section {title}"
    page = chapters[0].name if live else f"{quiz.page}.html"
    return f'Read again: <a href="{page}#{item.section}">{title}</a>'


def _cited(item: Item, live: bool) -> str:
    from bookkit.data import sources

    ledger = f"reference/sources.{'md' if live else 'html'}"
    links = (
        f'<a href="{ledger}#{source.id}">{_text(source.publisher or source.title)}'
        f"{f', {_text(str(source.date))}' if source.date else ''}</a>"
        for source in sources(list(item.sources))
    )
    return f"Sources: {'; '.join(links)}"


def _number(value: float) -> str:
    """A number as the book prints it: 16800 as '16,800'."""
    return f"{value:,}"


def _text(text: str) -> str:
    return html.escape(text, quote=True)


# ---- the live widget -----------------------------------------------------------------------------


class QuizWidget(anywidget.AnyWidget):
    """A quiz in a live notebook; its ``text/html`` is the quiz on the built page.

    ``results`` maps the id of each answered item to ``correct`` (whether any try was right),
    ``tries`` (how many), ``confidence`` (percent, before the first try) and ``answer`` (the last).
    """

    _esm = traitlets.Unicode().tag(sync=True)
    _css = traitlets.Unicode().tag(sync=True)
    html = traitlets.Unicode().tag(sync=True)
    records = traitlets.Dict().tag(sync=True)  # what the script saves: item id -> its tries
    results = traitlets.Dict()

    def __init__(self, quiz: Quiz, root: str = "") -> None:
        self._page = render(quiz, root)
        self._about = f"Quiz: {quiz.title} ({len(quiz.items)} questions)"
        self._ids = tuple(item.id for item in quiz.items)
        super().__init__(
            _esm=_web("quiz-kinds.js", "quiz.js") + LIVE,
            _css=_web("tokens.css", "quiz.css"),
            html=render(quiz, root, live=True),
        )

    @traitlets.observe("records")
    def _read(self, _change: Any) -> None:
        self.results = {
            name: {
                "correct": any(attempt["correct"] for attempt in self.records[name]["tries"]),
                "tries": len(self.records[name]["tries"]),
                "confidence": self.records[name]["tries"][0]["confidence"],
                "answer": self.records[name]["tries"][-1]["answer"],
            }
            for name in self._ids
            if self.records.get(name, {}).get("tries")
        }

    def score(self) -> tuple[int, int]:
        """How many items were answered correctly, at whichever try, and how many there are."""
        return sum(result["correct"] for result in self.results.values()), len(self._ids)

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        bundle = super()._repr_mimebundle_(**kwargs)
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle or {}, {})
        return {**data, "text/plain": self._about, "text/html": self._page}, metadata


def _web(*names: str) -> str:
    return "\n".join((WEB / name).read_text(encoding="utf-8") for name in names)


LIVE = """
export default {
  render({ model, el }) {
    el.innerHTML = model.get("html");
    bookkitQuiz.mount(el.firstElementChild, { model });
  },
};
"""
