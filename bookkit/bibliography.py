"""Reads ``data/sources.bib``: BibTeX, one entry a source, with the fields that the book needs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from pybtex.database import parse_file
from pybtex.exceptions import PybtexError

REQUIRED = ("title", "publisher", "date", "url", "kind", "language", "licence")


@dataclass(frozen=True)
class Source:
    """One entry of ``data/sources.bib``; `date` is written as published, `via` names a repost."""

    id: str
    title: str
    publisher: str
    author: str
    date: str
    url: str
    kind: str
    language: str
    licence: str
    via: str


def parse(path: Path) -> dict[str, Source]:
    """Return the sources of a BibTeX file by key, in the order of the file.

    Raises:
        ValueError: what is wrong where, to be put after the file's name (", entry x: ...").
    """
    try:
        entries = parse_file(path, bib_format="bibtex", encoding="utf-8").entries
    except PybtexError as error:
        line = f", line {error.lineno}" if getattr(error, "lineno", None) else ""
        raise ValueError(
            f"{line}: {error}. Each entry needs its own key, braces that close, and a comma after "
            "each field."
        ) from None
    found = {}
    for id_, entry in entries.items():
        if not re.fullmatch(r"[a-z0-9-]+", id_):  # anything else does not survive as an HTML anchor
            raise ValueError(f", entry {id_}: use a key of a-z, 0-9 and hyphens only.")
        field = {name: re.sub(r"[{}]", "", value) for name, value in entry.fields.items()}
        for name in REQUIRED:
            if not field.get(name):
                raise ValueError(f", entry {id_}: the field {name} is missing. Add it.")
        if not re.fullmatch(r"https?://[^\s{}]+", field["url"]):
            raise ValueError(f", entry {id_}, field url: not a web address. Start at https.")
        people = " and ".join(str(person) for person in entry.persons.get("author", ()))
        main = {name: field[name] for name in REQUIRED}
        found[id_] = Source(id=id_, author=people, via=field.get("via", ""), **main)
    return found
