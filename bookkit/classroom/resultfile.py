"""One file that a student saved from "My learning": decoded, checked, or refused with a reason.

``web/learning-file.js`` writes these files. Their check sum is taken over the JSON as JavaScript
writes it, so this module writes JSON in the same way, byte for byte.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

FORMAT = "bookkit-learning"
VERSION = 2  # of the file; 1 had no edition, book and name, and summed only the records
LARGEST = 5_000_000  # bytes
CONFIDENCE = (50, 70, 90)  # percent
MOST_TRIES = 200
AGAIN = "Ask for the file again, as the page saved it."
Fault = tuple[str, Any, str]  # path, what stands there, what is wanted
MISSING = object()
HALF = re.compile("[\ud800-\udfff]")  # half of a pair of UTF-16


class FileError(ValueError):
    """A file cannot be used; the message says why and how to mend it, without naming the file."""


@dataclass(frozen=True)
class ResultFile:
    """A sound file. ``records`` are as in the browser, by key such as ``quiz:2.1``."""

    name: str  # of the file, from the folder on
    version: int
    saved: datetime
    edition: str  # teacher, student, or "" in files of version 1
    book: str  # digest of all questions of the book it was saved from
    who: str  # name or code, or ""
    records: Mapping[str, Any]
    digest: str  # of the whole file

    def marks(self) -> dict[str, str]:
        """When each try was made, by key and time: no two browsers share one by chance."""
        tries = (
            (key, attempt["at"])
            for key, record in self.records.items()
            if key.split(":")[0] in ("quiz", "before", "after")
            for attempt in [*record["tries"], *record.get("past", [])]
        )
        return {f"{key} {at}": key for key, at in tries}


def read(content: bytes, name: str) -> ResultFile:
    """Read a file's bytes; ``name`` is kept with them. Raises FileError."""
    file = _tree(_text(content), name)
    if not isinstance(file, dict) or file.get("format") != FORMAT:
        raise FileError(
            f"is JSON of another program: it lacks the mark “format: {FORMAT}”. "
            "Ask for the file that “My learning” saves."
        )
    version = file.get("version")
    if isinstance(version, int) and version > VERSION:
        raise FileError(
            f"was saved by a newer edition of the book (field version is {version}, this kit reads "
            f"up to {VERSION}). Fetch the newest book and read it there."
        )
    for path, value, wanted in _faults(file):
        found = "is missing" if value is MISSING else f"is {_short(value)}, wanted is {wanted}"
        raise FileError(f"was damaged or changed by hand: field {path} {found}. {AGAIN}")
    if checked(file) != file["check"]:
        raise FileError(
            f"was changed after it was saved: field check does not fit the rest. {AGAIN}"
        )
    return ResultFile(
        name=name,
        version=file["version"],
        saved=moment(file["saved"]),
        edition=file.get("edition", ""),
        book=file.get("book", ""),
        who=" ".join(file.get("name", "").split()),
        records=file["records"],
        digest=hashlib.sha256(content).hexdigest(),
    )


def _text(content: bytes) -> str:
    if len(content) <= LARGEST and not content.strip():
        raise FileError(f"is empty. {AGAIN}")
    if len(content) > LARGEST:
        raise FileError(
            f"is too large: {len(content) / 1e6:.0f} MB, and no file of this book exceeds "
            f"{LARGEST / 1e6:.0f} MB. {AGAIN}"
        )
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise FileError(f"is UTF-16 text, not UTF-8: an editor saved it anew. {AGAIN}")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if b"\0" in content or not content.lstrip().startswith((b"{", b"[")):
            raise FileError("is no text, so no results file. Remove it.") from None
        raise FileError(
            f"is not UTF-8 text: byte {error.start + 1} has another encoding. {AGAIN}"
        ) from None


def _tree(text: str, name: str) -> Any:
    try:
        return json.loads(text, parse_int=_number, parse_float=_number, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        if not name.lower().endswith(".json") and not text.lstrip().startswith("{"):
            raise FileError("is text of another kind, so no results file. Remove it.") from None
        if error.pos >= len(text.rstrip()) - 1 or "Unterminated" in error.msg:
            raise FileError(f"is cut off after {len(text):,} characters. {AGAIN}") from None
        where = f"line {error.lineno}, column {error.colno}"
        raise FileError(f"is damaged: no JSON from {where} on. {AGAIN}") from None
    except (ValueError, RecursionError):
        raise FileError(f"is damaged: no JSON that a browser writes. {AGAIN}") from None


def _number(text: str) -> int | float:
    """A number as JavaScript holds it: a float, which has no mark of being whole."""
    value = float(text)
    return int(value) if value.is_integer() and abs(value) < 2**53 else value


def _no_constant(text: str) -> None:
    raise ValueError(text)  # NaN and Infinity are not JSON


# ---- the check sum -------------------------------------------------------------------------------


def checked(file: Mapping[str, Any]) -> str:
    """The check sum that a file should have."""
    if file["version"] == 1:
        return check_sum(file["records"])
    return check_sum({key: value for key, value in file.items() if key != "check"})


def check_sum(value: Any) -> str:
    """FNV-1a of 32 bits over the code points of the value's JSON (Fowler, Noll and Vo, 1991)."""
    total = 0x811C9DC5
    for sign in written(value):
        total = (total ^ ord(sign)) * 0x01000193 & 0xFFFFFFFF
    return f"{total:08x}"


def written(value: Any) -> str:
    """The value as JSON.stringify of JavaScript writes it, without white space."""
    if isinstance(value, str):
        return _written_text(value)
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    if isinstance(value, int | float):
        return _written_number(value)
    if isinstance(value, list):
        return f"[{','.join(map(written, value))}]"
    index = [key for key in value if _is_index(key)]
    keys = sorted(index, key=int) + [key for key in value if not _is_index(key)]
    return f"{{{','.join(f'{written(key)}:{written(value[key])}' for key in keys)}}}"


@lru_cache(maxsize=10_000)  # most texts are names of fields
def _written_text(value: str) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return HALF.sub(lambda half: f"\\u{ord(half[0]):04x}", text)


@lru_cache(maxsize=10_000)
def _is_index(key: str) -> bool:
    """Whether JavaScript takes a key for an index; such keys come first, in order."""
    return bool(re.fullmatch("0|[1-9][0-9]{0,9}", key)) and int(key) < 2**32 - 1


def _written_number(value: int | float) -> str:
    """A number as JavaScript writes it (ECMA-262, Number::toString)."""
    if not math.isfinite(value):
        return "null"
    if value == 0 or (isinstance(value, int) and abs(value) < 2**53):
        return str(int(value))
    _, figures, exponent = Decimal(repr(float(value))).as_tuple()
    digits = "".join(map(str, figures))
    point = len(digits) + int(exponent)  # where the decimal point stands
    digits = digits.rstrip("0")
    if len(digits) <= point <= 21:
        text = digits + "0" * (point - len(digits))
    elif 0 < point <= 21:
        text = f"{digits[:point]}.{digits[point:]}"
    elif -6 < point <= 0:
        text = f"0.{'0' * -point}{digits}"
    else:
        rest = f".{digits[1:]}" if digits[1:] else ""
        text = f"{digits[0]}{rest}e{'+' if point > 0 else '-'}{abs(point - 1)}"
    return f"-{text}" if value < 0 else text


# ---- fields --------------------------------------------------------------------------------------


def _faults(file: Mapping[str, Any]) -> Iterator[Fault]:
    """What is wrong with the fields that class results rest on; the first is told."""
    if file.get("version") not in (1, VERSION) or isinstance(file["version"], bool):
        yield "version", file.get("version", MISSING), f"1 or {VERSION}"
        return
    yield from _text_field(file, "check", 8)
    yield from _time(file.get("saved", MISSING), "saved")
    if file["version"] == VERSION:
        if file.get("edition") not in ("teacher", "student"):
            yield "edition", file.get("edition", MISSING), "teacher or student"
        yield from _text_field(file, "book", 20)
        yield from _text_field(file, "name", 60)
    if not isinstance(file.get("records"), dict):
        yield "records", file.get("records", MISSING), "a record with fields"
        return
    for key, record in file["records"].items():
        kind = key.split(":")[0]
        if kind in ("quiz", "before", "after"):
            yield from _question(record, key)
        elif kind == "read" and not (
            isinstance(record, list) and all(isinstance(one, str) for one in record)
        ):
            yield key, record, "a list of sections"


def _text_field(file: Mapping[str, Any], field: str, most: int) -> Iterator[Fault]:
    value = file.get(field, MISSING)
    if not isinstance(value, str) or len(value) > most:
        yield field, value, f"text of at most {most} characters"


def _time(value: Any, path: str) -> Iterator[Fault]:
    try:
        moment(value)
    except (TypeError, ValueError, AttributeError):
        yield path, value, "a date and time"


def moment(text: str) -> datetime:
    """The moment that an ISO date and time names. Raises ValueError or TypeError."""
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _question(record: Any, key: str) -> Iterator[Fault]:
    if not isinstance(record, dict):
        yield key, record, "a record with fields"
        return
    if not isinstance(record.get("version"), str):
        yield f"{key}, version", record.get("version", MISSING), "text"
    for name in ("tries", *(["past"] if "past" in record else [])):
        tries = record.get(name, MISSING)
        if not isinstance(tries, list) or len(tries) > MOST_TRIES:
            yield f"{key}, {name}", tries, f"a list of at most {MOST_TRIES}"
            return
        for number, attempt in enumerate(tries, start=1):
            yield from _attempt(attempt, f"{key}, {name} {number}")


def _attempt(attempt: Any, path: str) -> Iterator[Fault]:
    if not isinstance(attempt, dict):
        yield path, attempt, "a record with fields"
        return
    if "answer" not in attempt:
        yield f"{path}, answer", MISSING, "this field"
    confidence = attempt.get("confidence", MISSING)
    if isinstance(confidence, bool) or confidence not in CONFIDENCE:
        yield f"{path}, confidence", confidence, "50 or 70 or 90"
    yield from _time(attempt.get("at", MISSING), f"{path}, at")


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 40 else f"{text[:37]}..."
