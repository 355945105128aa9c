"""Board files: ``data/boards/<name>.yml`` read, checked and turned into boards.

``board.schema.json`` says what each kind of board has; what a schema cannot say is checked here.
Every fault is named with file, line, card and field, and with the way to mend it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from bookkit import data, yamlfile
from bookkit.yamlfile import Problem, Steps, meant

SCHEMA = Path(__file__).with_name("board.schema.json")
KINDS = ("sort", "order", "evidence")
OFF = "not-supported"  # where claims go that stay off the map


class BoardError(ValueError):
    """A board file or a request for one is wrong; the message says where and how to mend it."""


@dataclass(frozen=True)
class Place:
    """Where cards can be put; ``x`` and ``y`` are low or high in a two-by-two field."""

    id: str
    title: str
    note: str = ""
    x: str = ""
    y: str = ""


@dataclass(frozen=True)
class Evidence:
    """A piece of evidence; ``shows`` is the reason why it supports no other claim."""

    id: str
    title: str
    text: str
    shows: str
    sources: tuple[str, ...]


@dataclass(frozen=True)
class Card:
    """A card; ``places`` are all defensible ones, ``evidence`` all that supports it."""

    id: str
    text: str
    feedback: str
    sources: tuple[str, ...]
    places: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    date: str = ""
    hint: str = ""
    against: Mapping[str, str] | None = None  # why not there, by id of place or evidence


@dataclass(frozen=True)
class Board:
    """One board; a board of kind order has no places and lists its cards in the right order."""

    name: str
    title: str
    question: str
    kind: str
    page: str
    why: str
    places: tuple[Place, ...]
    cards: tuple[Card, ...]
    evidence: tuple[Evidence, ...]
    axes: Mapping[str, Sequence[str]] | None = None

    @property
    def version(self) -> str:
        """Short digest of cards, places and key; saved progress of another version is not used.

        Feedback is left out: whoever rewords it takes no reader's progress away.
        """
        asked = [
            self.kind,
            self.question,
            [(place.id, place.title) for place in self.places],
            [(piece.id, piece.text) for piece in self.evidence],
            [(c.id, c.text, c.date, sorted(c.places), sorted(c.evidence)) for c in self.cards],
        ]
        text = json.dumps(asked, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()[:10]


def load(name: str, folder: Path | None = None) -> Board:
    """Read and check one board file; ``folder`` is ``data/boards`` of the book unless given.

    Raises BoardError with one line for each thing that is wrong: file, line, card, field, mend.
    """
    folder = folder or data.ROOT / "data" / "boards"
    path = folder / f"{name}.yml"
    if not path.is_file():
        names = sorted(found.stem for found in folder.glob("*.yml"))
        raise BoardError(f"There is no board data/boards/{name}.yml.{meant(name, names)}")
    shown = f"data/boards/{path.name}"
    tree = yamlfile.parse(path, BoardError, shown)
    plain = _years_as_text(yamlfile.plain(tree))
    problems = list(_breaks(plain)) or list(_check_meaning(plain))
    if problems:
        lines = (
            yamlfile.describe(shown, tree, plain, way, problem, _part(way))
            for way, problem in problems
        )
        raise BoardError("\n".join(lines))
    return _board(name, plain)


def _part(way: Steps) -> tuple[str, str]:
    """The list that a fault stands in, and the word for one of it."""
    words = {"cards": "card", "places": "place", "evidence": "evidence"}
    first = str(way[0]) if way else "cards"
    return first, words.get(first, first)


def _years_as_text(plain: Any) -> Any:
    """A year without month is a number to YAML."""
    cards = plain.get("cards") if isinstance(plain, dict) else None
    for card in cards if isinstance(cards, list) else []:
        if isinstance(card, dict) and type(card.get("date")) is int:
            card["date"] = str(card["date"])
    return plain


def _board(name: str, plain: Mapping[str, Any]) -> Board:
    """The board of a sound file."""
    return Board(
        name=name,
        **{field: plain[field] for field in ("title", "question", "kind", "page", "why")},
        places=tuple(Place(**place) for place in plain.get("places", [])),
        cards=tuple(
            Card(
                **{field: card[field] for field in ("id", "text", "feedback")},
                sources=tuple(card["sources"]),
                places=_places_of(card),
                evidence=tuple(card.get("evidence", ())),
                date=card.get("date", ""),
                hint=card.get("hint", ""),
                against=card.get("not", {}),
            )
            for card in plain["cards"]
        ),
        evidence=tuple(
            Evidence(**{**piece, "sources": tuple(piece["sources"])})
            for piece in plain.get("evidence", [])
        ),
        axes=plain.get("axes"),
    )


def _places_of(card: Mapping[str, Any]) -> tuple[str, ...]:
    return (card["place"],) if "place" in card else tuple(card.get("places", ()))


# ---- what the schema says ------------------------------------------------------------------------


@cache
def _schema() -> dict[str, Any]:
    return dict(json.loads(SCHEMA.read_text(encoding="utf-8")))


def _breaks(plain: Any) -> Iterator[Problem]:
    """What breaks the schema of the file's kind."""
    if not isinstance(plain, dict):
        yield (), f"{yamlfile.quoted(plain)} will not do. Start with 'title:'."
    elif plain.get("kind") not in KINDS:
        found = f"{plain['kind']!r} is not known." if "kind" in plain else "is missing."
        yield ("kind",), f"{found} Choose sort, order or evidence."
    else:
        yield from yamlfile.breaks(plain, {**_schema(), "$ref": f"#/$defs/{plain['kind']}"})


# ---- what a schema cannot say --------------------------------------------------------------------


def _check_meaning(plain: Mapping[str, Any]) -> Iterator[Problem]:
    for field in ("places", "evidence", "cards"):
        yield from _check_ids(plain.get(field, []), field)
    for field in ("evidence", "cards"):
        for number, entry in enumerate(plain.get(field, [])):
            for index, problem in yamlfile.unknown_sources(entry["sources"]):
                yield (field, number, "sources", index), problem
    if plain["kind"] == "order":
        yield from _check_dates(plain["cards"])
        return
    yield from _check_keys(plain)
    if plain["kind"] == "sort":
        yield from _check_filled(plain)
        yield from _check_axes(plain)
    else:
        yield from _check_evidence(plain)


def _check_ids(entries: Sequence[Mapping[str, Any]], field: str) -> Iterator[Problem]:
    """Ids and texts differ, or a reader could not tell two cards apart."""
    for part in ("id", "text" if field == "cards" else "title"):
        values = [entry[part] for entry in entries]
        for number, value in enumerate(values):
            if value in values[:number]:
                yield (field, number, part), f"{value!r} stands here twice. Each must differ."
    for number, entry in enumerate(entries):
        if entry["id"] == OFF:
            yield (field, number, "id"), f"{OFF!r} is the kit's own place. Choose another id."


def _check_keys(plain: Mapping[str, Any]) -> Iterator[Problem]:
    """Each card names places that exist, and has something to say where it is wrong."""
    places = [place["id"] for place in plain["places"]]
    pieces = [piece["id"] for piece in plain.get("evidence", [])]
    for number, card in enumerate(plain["cards"]):
        way: Steps = ("cards", number)
        right = _places_of(card)
        if ("place" in card) == ("places" in card):
            yield (*way, "place"), "Write either place or, for several defensible ones, places."
        for where, place in enumerate(right):
            if place not in places:
                below = ("place",) if "place" in card else ("places", where)
                yield (*way, *below), f"{place!r} is not under 'places'.{meant(place, places)}"
        against = card.get("not", {})
        for other in against:
            if other not in [*places, *pieces]:
                hint = meant(other, [*places, *pieces])
                yield (*way, "not", other), f"is no place of this board.{hint}"
            elif other in right or other in card.get("evidence", ()):
                yield (*way, "not", other), "is right for this card. Say why not of wrong ones."
        silent = [place for place in places if place not in [*right, *against]]
        if "hint" not in card and silent:
            yield (
                (*way, "hint"),
                f"is missing. Say what to look at again, or add to 'not': {', '.join(silent)}.",
            )


def _check_filled(plain: Mapping[str, Any]) -> Iterator[Problem]:
    used = {place for card in plain["cards"] for place in _places_of(card)}
    for number, place in enumerate(plain["places"]):
        if place["id"] not in used:
            yield ("places", number, "id"), f"no card belongs in {place['id']!r}. Add one."
    for number, card in enumerate(plain["cards"]):
        if len(_places_of(card)) == len(plain["places"]):
            yield ("cards", number, "places"), "every place is right. Leave one out."


def _check_axes(plain: Mapping[str, Any]) -> Iterator[Problem]:
    """With axes there are four places, one in each corner; without, no place has a corner."""
    corners: list[tuple[str, str]] = []
    for number, place in enumerate(plain["places"]):
        has = "x" in place and "y" in place
        if "axes" not in plain and ("x" in place or "y" in place):
            yield ("places", number, "x"), "stands for a corner, but the board has no axes."
        elif "axes" in plain and not has:
            yield ("places", number, "x"), "is missing. With axes each place has x and y."
        elif has and (place["x"], place["y"]) in corners:
            yield ("places", number, "x"), "another place stands in the same corner."
        elif has:
            corners.append((place["x"], place["y"]))
    if "axes" in plain and len(plain["places"]) != 4:
        yield ("places",), f"{len(plain['places'])} places. With axes a board has exactly four."


def _check_evidence(plain: Mapping[str, Any]) -> Iterator[Problem]:
    places = {place["id"] for place in plain["places"]}
    pieces = [piece["id"] for piece in plain["evidence"]]
    for number, piece in enumerate(pieces):
        if piece in places:
            yield ("evidence", number, "id"), f"{piece!r} is also an actor. Choose another id."
    for number, card in enumerate(plain["cards"]):
        for index, piece in enumerate(card["evidence"]):
            if piece not in pieces:
                hint = meant(piece, pieces)
                yield ("cards", number, "evidence", index), f"{piece!r} is no evidence here.{hint}"
    if not any(card["evidence"] for card in plain["cards"]):
        yield ("cards",), "no claim has evidence that supports it. Give at least one some."


def _check_dates(cards: Sequence[Mapping[str, Any]]) -> Iterator[Problem]:
    for number, card in enumerate(cards):
        if not _is_date(card["date"]):
            yield ("cards", number, "date"), f"there is no {card['date']}. Correct the date."
        for before in cards[:number]:
            if card["date"].startswith(before["date"]) or before["date"].startswith(card["date"]):
                yield (
                    ("cards", number, "date"),
                    f"{card['date']} and {before['date']} cannot be put in order. "
                    "Write the fuller date.",
                )
        if number and card["date"] < cards[number - 1]["date"]:
            yield (
                ("cards", number, "date"),
                f"{card['date']} stands after {cards[number - 1]['date']}. "
                "List the cards from the earliest to the latest.",
            )


def _is_date(text: str) -> bool:
    from datetime import date

    try:
        date(*[*map(int, text.split("-")), 1, 1][:3])
    except ValueError:
        return False
    return True
