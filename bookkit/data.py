"""Tables that are checked before they are used and that know their sources.

``table("troop-estimates")`` reads ``data/troop-estimates.csv``, checks it against
``data/datapackage.json`` and returns a pandas DataFrame. ``sources(ids)`` looks the ids of a
``sources`` column up in ``data/sources.bib``. Every fault is a :class:`DataError` that names file,
row and field and says how to mend it. ``python -m bookkit.data`` records new checksums.
"""

from __future__ import annotations

import csv
import difflib
import hashlib
import io
import json
import re
import sys
from collections.abc import Iterable
from copy import deepcopy
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd
from frictionless import Dialect, FrictionlessException, Schema, formats, system
from frictionless.resources import TableResource

from bookkit import bibliography
from bookkit.bibliography import Source as Source

BOM = b"\xef\xbb\xbf"
PANDAS_TYPES = {"integer": "Int64", "number": "float64", "boolean": "bool", "string": "str"}
TYPE_MENDS = {
    "integer": "Write digits only, without a thousands separator.",
    "number": "Write digits with a decimal point, for instance 48.35.",
    "date": "Write the date as YYYY-MM-DD.",
    "boolean": "Write true or false.",
}


class DataError(ValueError):
    """A fault in ``data/``; the message names file, row (header is row 1), field and mend."""


class SourceIds(tuple[str, ...]):
    """Source ids of a table; shared, because pandas copies ``attrs`` deeply at every step."""

    def __deepcopy__(self, memo: dict[int, Any]) -> SourceIds:
        return self


def _find_root() -> Path:
    for folder in (Path.cwd(), *Path.cwd().parents):
        if (folder / "data" / "datapackage.json").is_file():
            return folder
    return Path(__file__).resolve().parent.parent


ROOT = _find_root()


def way_to(page: str) -> str:
    """The link to a page below ``chapters/`` from the notebook that runs, which may be deeper."""
    here, chapters = Path.cwd(), ROOT / "chapters"
    depth = len(here.relative_to(chapters).parts) if here.is_relative_to(chapters) else 0
    return "../" * depth + page


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise DataError(f"{_name(path)}: the file is missing. Restore it.") from None


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def near(word: str, known: Iterable[str]) -> str:
    """Return a hint such as " Did you mean events?" or nothing."""
    close = difflib.get_close_matches(word, list(known), n=3, cutoff=0.5)
    return f" Did you mean {' or '.join(close)}?" if close else ""


def package() -> dict[str, Any]:
    """Return ``data/datapackage.json`` as a dict; raise DataError if it cannot be used."""
    path = ROOT / "data" / "datapackage.json"
    return _package(path, path.stat().st_mtime_ns if path.is_file() else 0)


@lru_cache(maxsize=8)
def _package(path: Path, _mtime: int) -> dict[str, Any]:
    where = _name(path)
    try:
        content: dict[str, Any] = json.loads(_read(path).decode("utf-8-sig"))
        names = [item["name"] for item in content["resources"] if item["path"]]
    except json.JSONDecodeError as error:
        at = f"line {error.lineno}, column {error.colno}"
        raise DataError(f"{where}, {at}: not valid JSON ({error.msg}). Mend it there.") from None
    except (KeyError, TypeError) as error:
        raise DataError(
            f"{where}: 'resources' must be a list whose items have name and path ({error})."
        ) from None
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise DataError(f"{where}: {twice[0]} is listed twice. Remove one.")
    return content


def table_names() -> list[str]:
    """Return the names that :func:`table` knows, in the order of the data package."""
    return [item["name"] for item in package()["resources"] if item["path"].endswith(".csv")]


def table(name: str) -> pd.DataFrame:
    """Return ``data/<name>.csv`` as a checked DataFrame.

    Dates are datetime64, whole numbers Int64 (an empty cell is <NA>), empty text is "".
    ``attrs["table"]`` is the name, ``attrs["sources"]`` the source ids in order of first use.

    Raises:
        DataError: the table is unknown, or breaks its schema, its sources or its checksum.
    """
    if name not in table_names():
        hint = near(name, table_names()) or f" Known: {', '.join(table_names())}."
        raise DataError(f"There is no table {name!r} in data/datapackage.json.{hint}")
    resource = next(item for item in package()["resources"] if item["name"] == name)
    content = _check_content(resource)
    _check_hash(resource, content)
    fields = resource["schema"]["fields"]
    frame = pd.read_csv(
        io.BytesIO(content),
        keep_default_na=False,
        na_values={f["name"]: [""] for f in fields if f["type"] != "string"},
        dtype={f["name"]: PANDAS_TYPES[f["type"]] for f in fields if f["type"] != "date"},
        parse_dates=[f["name"] for f in fields if f["type"] == "date"],
    )
    ids = [id_ for cell in frame.get("sources", ()) for id_ in cell.split(";")]
    frame.attrs = {"table": name, "sources": SourceIds(dict.fromkeys(ids))}
    return frame


def _check_content(resource: dict[str, Any]) -> bytes:
    """Return the bytes of a table; raise DataError at the first cell that breaks its schema."""
    path = ROOT / "data" / resource["path"]
    where, content = _name(path), _read(path)
    if content.startswith(BOM):
        raise DataError(f"{where}, row 1: starts with a byte order mark. Save as UTF-8, no BOM.")
    try:
        rows = list(csv.reader(io.StringIO(content.decode("utf-8"), newline="")))
    except UnicodeDecodeError as error:
        row = content[: error.start].count(b"\n") + 1
        raise DataError(f"{where}, row {row}: not UTF-8 text. Save the file as UTF-8.") from None
    schema = {"missingValues": [""], **resource["schema"]}
    _check_header(where, rows[0] if rows else [], [field["name"] for field in schema["fields"]])
    _check_shape(where, rows)
    _check_schema(where, path, schema)
    if "sources" in rows[0]:
        _check_sources(where, rows, rows[0].index("sources"))
    return content


def _check_header(where: str, header: list[str], expected: list[str]) -> None:
    for field in expected:
        if field not in header:
            raise DataError(
                f"{where}, row 1: the column {field} is lost. The columns are {','.join(expected)}."
            )
    for field in header:
        if field not in expected:
            raise DataError(
                f"{where}, row 1, field {field or '(no name)'}: not a column of the schema."
                f"{near(field, expected)} Remove it or describe it in data/datapackage.json."
            )
    if header != expected:
        raise DataError(f"{where}, row 1: wrong order or a column twice. Use {','.join(expected)}.")


def _check_shape(where: str, rows: list[list[str]]) -> None:
    for number, row in enumerate(rows, start=1):
        if not any(row):
            raise DataError(f"{where}, row {number}: the row is empty. Delete it.")
        if len(row) != len(rows[0]):
            raise DataError(
                f"{where}, row {number}: {len(row)} cells for {len(rows[0])} columns. "
                "Put text that holds a comma in double quotes."
            )


def _check_schema(where: str, path: Path, schema: dict[str, Any]) -> None:
    try:
        with system.use_context(trusted=True):  # absolute paths: the file is our own
            report = TableResource(
                path=str(path),
                encoding="utf-8",
                dialect=Dialect(controls=[formats.CsvControl(delimiter=",")]),  # never guess
                schema=Schema.from_descriptor(schema),
            ).validate()
    except FrictionlessException as error:
        raise DataError(
            f"data/datapackage.json, schema of {where}: {error.error.note}. Mend the schema."
        ) from None
    kinds = {field["name"]: field["type"] for field in schema["fields"]}
    columns = ["rowNumber", "fieldName", "type", "note", "message", "cell"]
    for row, field, fault, note, message, cell in report.flatten(columns):
        at = where + (f", row {row}" if row else "") + (f", field {field}" if field else "")
        raise DataError(f"{at}: {_explain(fault, note or message, cell, kinds.get(field, ''))}")


def _explain(fault: str, note: str, cell: str, kind: str) -> str:
    """Say in a sentence what Frictionless found, and how to mend it."""
    if fault == "type-error":
        an = "an" if kind == "integer" else "a"
        return f"{cell!r} is not {an} {kind}. {TYPE_MENDS[kind]}"
    if fault == "constraint-error":
        rule, value = re.findall(r'constraint "(\w+)" is "(.*)"', note)[0]
        choices = value.translate(str.maketrans("", "", "[]'"))
        return {
            "required": "is empty. Every row needs a value here.",
            "enum": f"{cell!r} is not one of: {choices}. Use one of them or add it to the schema.",
            "minimum": f"{cell} is too small. The least allowed is {value}.",
            "maximum": f"{cell} is too large. The most allowed is {value}.",
            "pattern": f"{cell!r} has the wrong form. It must match {value}.",
        }.get(rule, f"{cell!r} breaks the rule {rule} {value}.")
    return {
        "primary-key": f"the primary key repeats: {note}. Give each row its own.",
        "unique-error": f"{cell!r} repeats: {note}. Give each row its own.",
    }.get(fault, f"{note}.")


def _check_sources(where: str, rows: list[list[str]], column: int) -> None:
    known = _bibliography()
    for number, row in enumerate(rows[1:], start=2):
        for id_ in row[column].split(";"):
            if id_ not in known:
                raise DataError(
                    f"{where}, row {number}, field sources: {id_!r} is not in data/sources.bib."
                    f"{near(id_, known)} Correct the id or add the source."
                )


def _check_hash(resource: dict[str, Any], content: bytes) -> None:
    if resource.get("hash") != _hash(content):
        raise DataError(
            f"data/{resource['path']}: the file changed since its sha256 was recorded in "
            "data/datapackage.json. If the change is meant, run `python -m bookkit.data`."
        )


def _hash(content: bytes) -> str:
    return "sha256:" + hashlib.sha256(content).hexdigest()


def sources(ids: Iterable[str]) -> list[Source]:
    """Return the sources with these ids, in the same order; raise DataError for an unknown id."""
    known, found = _bibliography(), []
    for id_ in ids:
        if id_ not in known:
            raise DataError(f"There is no source {id_!r} in data/sources.bib.{near(id_, known)}")
        found.append(known[id_])
    return found


def all_sources() -> list[Source]:
    """Return every source of ``data/sources.bib`` in the order of the file."""
    return list(_bibliography().values())


def _bibliography() -> dict[str, Source]:
    path = ROOT / "data" / "sources.bib"
    return _read_bibliography(path, path.stat().st_mtime_ns if path.is_file() else 0)


@lru_cache(maxsize=8)
def _read_bibliography(path: Path, _mtime: int) -> dict[str, Source]:
    _read(path)
    try:
        return bibliography.parse(path)
    except ValueError as fault:
        raise DataError(f"{_name(path)}{fault}") from None


def refresh() -> list[str]:
    """Check every table, record the sha256 and size of each file, and return what changed."""
    content, changes = deepcopy(package()), []
    for resource in content["resources"]:
        path = ROOT / "data" / resource["path"]
        data = _check_content(resource) if path.suffix == ".csv" else _read(path)
        if resource.get("hash") != _hash(data) or resource.get("bytes") != len(data):
            resource.update(hash=_hash(data), bytes=len(data))
            changes.append(f"{_name(path)}: {len(data)} bytes, {_hash(data)[:19]}")
    text = json.dumps(content, indent=2, ensure_ascii=False) + "\n"
    (ROOT / "data" / "datapackage.json").write_text(text, encoding="utf-8")
    return changes


if __name__ == "__main__":
    try:
        changed = refresh()
    except DataError as fault:
        sys.exit(str(fault))
    print(*changed, f"{len(changed)} of {len(package()['resources'])} records changed.", sep="\n")
