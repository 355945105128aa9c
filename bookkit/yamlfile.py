"""YAML files written by hand, read strictly: every fault has a line, a field and a way to mend it.

Used for quizzes and boards. A JSON schema says what a file holds; each description in it is the
advice to whoever wrote the field wrong.
"""

from __future__ import annotations

import difflib
import io
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from bookkit import data

Steps = tuple[str | int, ...]  # the way to a field: ("items", 0, "options", 2, "feedback")
Problem = tuple[Steps, str]  # the way to a field, what is wrong with it and how to mend it


def parse(path: Path, error: type[ValueError], name: str) -> Any:
    """The file ``name`` as ruamel's tree, which knows the line of each field. Raises ``error``.

    A date stays text, so that one which does not exist can be named with its line.
    """
    from ruamel.yaml import YAML
    from ruamel.yaml.constructor import DuplicateKeyError, RoundTripConstructor
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    class DatesAsText(RoundTripConstructor):
        """Builds the tree without turning dates into objects."""

    DatesAsText.add_constructor("tag:yaml.org,2002:timestamp", DatesAsText.construct_scalar)
    text = _text(path, error, name)
    reader = YAML(typ="rt")
    reader.Constructor = DatesAsText
    try:
        return reader.load(io.StringIO(text))
    except DuplicateKeyError as fault:
        field = re.search(r'duplicate key "(.+?)"', str(fault.problem))
        line = fault.problem_mark.line + 1
        raise error(
            f"{name}, line {line}, field {field[1] if field else '?'}: "
            "stands here a second time. Keep one of the two."
        ) from None
    except MarkedYAMLError as fault:
        mark = fault.problem_mark or fault.context_mark
        raise error(
            f"{name}, line {mark.line + 1 if mark else 1}: not YAML ({fault.problem}). "
            "Check the indentation, and put text with a colon in quotes."
        ) from None
    except YAMLError as fault:
        raise error(f"{name}: not YAML ({fault}).") from None


def _text(path: Path, error: type[ValueError], name: str) -> str:
    content = path.read_bytes()
    if content.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        raise error(f"{name}, line 1: a byte order mark. Save as UTF-8 without BOM.")
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as fault:
        line = content.count(b"\n", 0, fault.start) + 1
        raise error(f"{name}, line {line}: not UTF-8. Save the file as UTF-8.") from None
    for number, line_text in enumerate(text.splitlines(), start=1):
        if "\t" in line_text:
            raise error(f"{name}, line {number}: a tab. Use spaces instead.")
    return text


def plain(node: Any) -> Any:
    """The tree as Python's own types; text wrapped over lines is joined by single spaces."""
    if isinstance(node, Mapping):
        return {str(key): plain(value) for key, value in node.items()}
    if isinstance(node, list):
        return [plain(value) for value in node]
    if isinstance(node, str):
        return " ".join(node.split())
    if isinstance(node, bool) or node is None:
        return node
    if isinstance(node, int):
        return int(node)
    return float(node) if isinstance(node, float) else node


# ---- what breaks the schema ----------------------------------------------------------------------

Fields = Callable[[Any, Mapping[str, Any]], Mapping[str, Any]]


def own_fields(_value: Any, schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """The fields an object may have, by its own part of the schema."""
    return schema.get("properties", {}) if "additionalProperties" in schema else {}


def breaks(
    value: Any, schema: Mapping[str, Any], known_fields: Fields = own_fields
) -> Iterator[Problem]:
    """What breaks the schema. ``known_fields`` names the fields of an object, if it takes more."""
    from jsonschema import Draft202012Validator

    seen: set[Problem] = set()
    for error in Draft202012Validator(schema).iter_errors(value):
        for problem in _explain(error, tuple(error.absolute_path), schema, known_fields):
            if problem not in seen:
                seen.add(problem)
                yield problem


def _explain(
    error: Any, way: Steps, schema: Mapping[str, Any], known_fields: Fields
) -> Iterator[Problem]:
    rule, value = error.validator, error.instance
    if rule == "required":
        fields = {**known_fields(value, error.schema), **error.schema.get("properties", {})}
        for field in error.validator_value:
            if field not in value:
                yield (*way, field), f"is missing. {mend(fields[field], schema)}".strip()
    elif rule in ("additionalProperties", "unevaluatedProperties"):
        known = known_fields(value, error.schema)
        for field in value:
            if known and field not in known:
                yield (*way, field), f"is not known here.{meant(field, list(known))}"
    elif rule == "enum":
        close = meant(str(value), error.validator_value)
        yield way, f"{value!r} is not known.{close or ' ' + mend(error.schema, schema)}"
    else:
        yield way, f"{quoted(value)} will not do. {_mend_along(error, schema)}"


def mend(part: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    """How to mend a field: the description in the schema, its own or that of what it refers to."""
    if "description" in part:
        return str(part["description"])
    target = str(part.get("$ref", "")).rsplit("/", 1)[-1]
    return str(schema["$defs"].get(target, {}).get("description", ""))


def _mend_along(error: Any, schema: Mapping[str, Any]) -> str:
    """The nearest description on the way to the rule that was broken."""
    node, nearest = _referred(schema, schema)
    for step in error.absolute_schema_path:
        node, found = _referred(node[int(step) if isinstance(node, list) else step], schema)
        nearest = found or nearest
    return nearest


def _referred(node: Any, schema: Mapping[str, Any]) -> tuple[Any, str]:
    """What a part of the schema refers to (jsonschema leaves that out of the way), and advice."""
    if not isinstance(node, dict):
        return node, ""
    advice = str(node.get("description", ""))
    while "$ref" in node:
        node = schema["$defs"][node["$ref"].rsplit("/", 1)[-1]]
        advice = str(node.get("description", advice))
    return node, advice


# ---- naming places and faults --------------------------------------------------------------------


def describe(
    name: str, tree: Any, value: Any, way: Steps, problem: str, part: tuple[str, str]
) -> str:
    """One line that names file, line, part and field, counting options and steps from 1.

    ``part`` is the list that the file is made of and the word for one of it: ("items", "item").
    """
    place = [f"{name}, line {line(tree, way)}"]
    field = way
    if len(way) > 1 and way[0] == part[0] and isinstance(way[1], int):
        one = value[way[0]][way[1]]
        own = one.get("id") if isinstance(one, dict) else None
        place.append(f"{part[1]} {own if isinstance(own, str) else f'number {way[1] + 1}'}")
        field = way[2:]
    if field:
        parts = [f" {step + 1}" if isinstance(step, int) else f", {step}" for step in field]
        place.append("field " + "".join(parts).lstrip(", "))
    return f"{', '.join(place)}: {problem}"


def line(tree: Any, way: Steps) -> int:
    """The line, counted from 1, of a field, or of what should hold it."""
    number, node = 1, tree
    for step in way:
        try:
            at = node.lc.item(step) if isinstance(step, int) else node.lc.key(step)
            number, node = at[0] + 1, node[step]
        except (AttributeError, KeyError, IndexError, TypeError):
            break
    return number


def quoted(value: Any) -> str:
    """A wrong value as the message shows it."""
    if value is None:
        return "nothing"
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) < 60 else text[:57] + "..."


def meant(word: str, known: Sequence[str]) -> str:
    """A hint at what was meant: the nearest known word, or all of them."""
    close = difflib.get_close_matches(word, known, n=1)
    if close:
        return f" Did you mean {close[0]!r}?"
    return f" Known are: {', '.join(known)}." if known else ""


def unknown_sources(ids: Sequence[str]) -> Iterator[tuple[int, str]]:
    """The places of ids that data/sources.bib does not have, with how to mend each."""
    for index, source in enumerate(ids):
        try:
            data.sources([source])
        except data.DataError:
            yield (
                index,
                f"{source!r} is not in data/sources.bib. Add the source or correct the id.",
            )
