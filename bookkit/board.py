"""Boards: cards that a reader puts in their place, on the page and in a live notebook.

The cards stand in ``data/boards/<name>.yml`` (see `bookkit.boardfile`). One script,
``web/board.js``, brings the same HTML to life on the page and in JupyterLab.
"""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from bookkit.boardfile import OFF, Board, BoardError, Card, Place, load
from bookkit.quiz import cited
from bookkit.quizfile import shuffled

__all__ = ["Board", "BoardError", "BoardWidget", "board", "load", "render"]

WEB = Path(__file__).parent / "web"
COLUMNS = {2: 2, 3: 3, 4: 2, 5: 3, 6: 3}  # how many places stand side by side
LETTERS = "ABCDEFGHIJKL"  # of the pieces of evidence
OFF_MAP = Place(OFF, "Not supported", "Claims that no evidence here supports stay off the map.")
HOW = {
    "sort": "Take the cards one by one: press the name of a place, or drag the card into it.",
    "order": "Move the cards with the arrows, or drag them. The earliest stands on top.",
    "evidence": "Take the claims one by one: press the name of an actor, or drag the claim there. "
    "Then choose a piece of evidence for it, or drag one onto it.",
}
CARDS = {"sort": "Cards", "order": "Cards", "evidence": "Claims"}


def board(name: str) -> BoardWidget:
    """Show the board of ``data/boards/<name>.yml``.

    In a live notebook the result's ``results`` holds where the reader put the cards. Raises
    BoardError for a name that does not exist, and for a file that breaks its schema.
    """
    return BoardWidget(load(name))


# ---- writing the HTML ----------------------------------------------------------------------------


def render(board: Board, live: bool = False) -> str:
    """The board as HTML that also teaches with scripts off: cards, places, folded answers.

    ``live`` links to the notebooks instead of the built pages.
    """
    root = f"board-{board.name}"
    parts = [_render_cards(board)]
    if board.places:
        parts.append(_render_field(board, root))
    if board.evidence:
        parts.append(_render_evidence(board, live))
    return (
        f'<section class="bk-board" id="{root}" data-board="{board.name}" '
        f'data-kind="{board.kind}" data-version="{board.version}" data-total="{len(board.cards)}" '
        f'aria-labelledby="{root}-title"><p class="bk-heading" id="{root}-title">'
        f'{_text(board.title)}</p><p class="bk-question">{_text(board.question)}</p>'
        f'<p class="bk-how" hidden>{HOW[board.kind]}</p>{"".join(parts)}'
        '<p class="bk-moved" role="status"></p>'  # where a card went, for screen readers
        '<p class="bk-act" hidden><button type="button" class="bk-check">Check the board</button> '
        '<button type="button" class="bk-again" hidden>Take the wrong cards back</button> '
        '<button type="button" class="bk-reset">Start again</button> '
        '<button type="button" class="bk-keep" hidden>Keep it</button> '
        '<span class="bk-said" role="status"></span></p>'
        '<div class="bk-verdict" role="status"></div><div class="bk-found" hidden></div>'
        f"{_render_answer(board, live)}</section>"
    )


def _render_cards(board: Board) -> str:
    """The pile of cards and, for a script to wake, the buttons that put one in a place."""
    cards = "".join(
        _render_card(board, board.cards[n]) for n in shuffled(board.name, len(board.cards))
    )
    if board.kind == "order":
        return f'<ol class="bk-line" aria-label="Cards">{cards}</ol>'
    buttons = "".join(
        f'<button type="button" data-to="{place.id}">{_text(place.title)}</button> '
        for place in _spots(board)
    )
    label = CARDS[board.kind]
    return (
        f'<div class="bk-pile"><p class="bk-label">{label}</p>'
        f'<ul class="bk-tray" aria-label="{label} to place">{cards}</ul>'
        '<div class="bk-put" role="group" aria-label="Put it in" hidden>'
        f"{buttons}</div>"
        '<p class="bk-more" hidden><button type="button" class="bk-next">Another one first</button>'
        '</p><p class="bk-done" hidden>The pile is empty. Check the board.</p></div>'
    )


def _render_card(board: Board, card: Card) -> str:
    name = _text(card.text)
    if board.kind == "order":
        tools = (
            '<span class="bk-moves" hidden>'
            f'<button type="button" class="bk-up" aria-label="Move up: {name}">'
            '<span aria-hidden="true">↑</span></button> '
            f'<button type="button" class="bk-down" aria-label="Move down: {name}">'
            '<span aria-hidden="true">↓</span></button></span>'
        )
    else:
        tools = (
            f'<button type="button" class="bk-take" aria-label="Take back: {name}" hidden>'
            '<span aria-hidden="true">↩</span></button>'
        )
    if board.kind == "evidence":
        choices = "".join(
            f'<option value="{piece.id}">{letter}: {_text(piece.title)}</option>'
            for letter, piece in zip(LETTERS, board.evidence, strict=False)
        )
        tools += (
            '<label class="bk-attach" hidden><span>Evidence</span> '
            f'<select><option value="">Choose</option>{choices}</select></label>'
        )
    return (
        f'<li class="bk-piece" data-card="{card.id}">'
        '<span class="bk-grip" aria-hidden="true" hidden>⠿</span>'
        f'<span class="bk-text">{name}</span>{tools}</li>'
    )


def _spots(board: Board) -> list[Place]:
    """The places in reading order; of a field, the upper row first."""
    if board.axes:
        return sorted(board.places, key=lambda place: (place.y == "low", place.x == "high"))
    return [*board.places, *([OFF_MAP] if board.kind == "evidence" else [])]


def _render_field(board: Board, root: str) -> str:
    spots = []
    for place in _spots(board):
        corner = ""
        if board.axes:
            words = (board.axes[axis][getattr(place, axis) == "high"] for axis in "yx")
            corner = f'<p class="bk-corner">{_text(", ".join(words))}</p>'
        note = f'<p class="bk-note">{_text(place.note)}</p>' if place.note else ""
        spots.append(
            f'<div class="bk-spot" data-place="{place.id}" role="group" '
            f'aria-labelledby="{root}-{place.id}"><p class="bk-name" id="{root}-{place.id}">'
            f'{_text(place.title)}</p>{corner}{note}<ul class="bk-in"></ul></div>'
        )
    if not board.axes:
        return f'<div class="bk-places" data-columns="{COLUMNS[len(board.places)]}">' + (
            "".join(spots) + "</div>"
        )
    ends = "".join(
        f'<p class="bk-axis" data-end="{axis}-{end}" aria-hidden="true">{_text(text)}</p>'
        for axis in "yx"
        for end, text in zip(("low", "high"), board.axes[axis], strict=True)
    )
    return f'<div class="bk-places" data-columns="axes">{"".join(spots)}{ends}</div>'


def _render_evidence(board: Board, live: bool) -> str:
    pieces = "".join(
        f'<li class="bk-proof" data-piece="{piece.id}">'
        '<span class="bk-grip" aria-hidden="true" hidden>⠿</span>'
        f'<p><strong><span class="bk-letter">{letter}</span> {_text(piece.title)}.</strong> '
        f'{_text(piece.text)} <span class="bk-from">{_cited(piece.sources, live)}</span></p></li>'
        for letter, piece in zip(LETTERS, board.evidence, strict=False)
    )
    return f'<p class="bk-label">Evidence</p><ul class="bk-proofs">{pieces}</ul>'


def _render_answer(board: Board, live: bool) -> str:
    """The folded answer, which alone tells where each card goes (see `bookkit.editions`)."""
    tag = "ol" if board.kind == "order" else "ul"
    notes = "".join(_render_note(board, card, live) for card in board.cards)
    shows = "".join(
        f'<li data-shows="{piece.id}"><strong>{_text(piece.title)}</strong>: '
        f"<span>{_text(piece.shows)}</span></li>"
        for piece in board.evidence
    )
    if shows:
        shows = f'<p class="bk-label">What each piece shows</p><ul class="bk-notes">{shows}</ul>'
    return (
        '<details class="bk-answer"><summary>Show the answer</summary>'
        f'<{tag} class="bk-notes">{notes}</{tag}>{shows}'
        f'<p class="bk-why">{_text(board.why)}</p></details>'
    )


def _render_note(board: Board, card: Card, live: bool) -> str:
    """A card with its place, the reason for it, and the reasons against other places."""
    titles = {place.id: place.title for place in board.places}
    titles |= {piece.id: piece.title for piece in board.evidence}
    against = "".join(
        f'<span class="bk-against">{_text(titles[other])}? <span data-not="{other}">'
        f"{_text(reason)}</span></span> "
        for other, reason in (card.against or {}).items()
    )
    keys = {"places": " ".join(card.places), "evidence": " ".join(card.evidence), "hint": card.hint}
    marks = "".join(f' data-{key}="{_text(value)}"' for key, value in keys.items() if value)
    return (
        f'<li data-note="{card.id}"{marks}><strong>{_text(card.text)}</strong>'
        f'<span class="bk-goes">{_text(_goes(board, card, titles))}</span>'
        f'<span class="bk-reason">{_text(card.feedback)}</span> {against}'
        f'<span class="bk-from">{_cited(card.sources, live)}</span></li>'
    )


def _goes(board: Board, card: Card, titles: Mapping[str, str]) -> str:
    if board.kind == "order":
        return _date(card)
    places = " or ".join(titles[place] for place in card.places)
    if board.kind == "sort":
        return places
    if not card.evidence:
        return f"{places}: not supported, left off the map"
    return f"{places}, with {' or '.join(titles[piece] for piece in card.evidence)}"


def _date(card: Card) -> str:
    from bookkit.figure import display_date  # matplotlib is slow to import

    return display_date(card.date)


def _cited(ids: Sequence[str], live: bool) -> str:
    return f"{'Source' if len(ids) == 1 else 'Sources'}: {cited(ids, live)}."


def _text(text: str) -> str:
    return html.escape(text, quote=True)


# ---- the live widget -----------------------------------------------------------------------------


class BoardWidget(anywidget.AnyWidget):
    """A board in a live notebook; its ``text/html`` is the board on the built page.

    ``results`` tells of the last check: ``tries`` (how many so far), ``right`` of ``of`` cards,
    ``solved``, and ``cards``: the id of each with ``right`` and its ``place`` (in an order: counted
    from 1) and, on an actor map, ``evidence``. It is empty before the first check.
    """

    _esm = traitlets.Unicode().tag(sync=True)
    _css = traitlets.Unicode().tag(sync=True)
    html = traitlets.Unicode().tag(sync=True)
    record = traitlets.Dict().tag(sync=True)  # what the script saves: answer and tries
    results = traitlets.Dict()

    def __init__(self, board: Board) -> None:
        self._board = board
        self._page = render(board)
        super().__init__(
            _esm=_web("board-drag.js", "board-kinds.js", "board-report.js", "board.js") + LIVE,
            _css=_web("tokens.css", "board.css"),
            html=render(board, live=True),
        )

    @traitlets.observe("record")
    def _read(self, _change: Any) -> None:
        tries = self.record.get("tries", [])
        if not tries:
            self.results = {}
            return
        cards = grade(self._board, tries[-1]["answer"])
        right = sum(card["right"] for card in cards.values())
        self.results = {
            "tries": len(tries),
            "right": right,
            "of": len(cards),
            "solved": right == len(cards),
            "cards": cards,
        }

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        bundle = super()._repr_mimebundle_(**kwargs)
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle or {}, {})
        about = f"Board: {self._board.title} ({len(self._board.cards)} cards)"
        return {**data, "text/plain": about, "text/html": self._page}, metadata


def grade(board: Board, answer: Any) -> dict[str, dict[str, Any]]:
    """Where each card was put and whether it is right there.

    ``answer`` is as the script saves it: for an order the ids of the cards, else for each id the
    place and, on an actor map, the evidence or None.
    """
    if board.kind == "order":
        kept = in_sequence([[card.id for card in board.cards].index(name) for name in answer])
        return {
            name: {"place": number, "right": number - 1 in kept}
            for number, name in enumerate(answer, start=1)
        }
    graded: dict[str, dict[str, Any]] = {}
    for card in board.cards:
        place, *attached = answer[card.id]
        right = place in card.places
        if board.kind == "evidence":
            right = right and attached[0] in card.evidence if card.evidence else place == OFF
        graded[card.id] = {"place": place, "right": right}
        if attached:
            graded[card.id]["evidence"] = attached[0]
    return graded


def in_sequence(ranks: list[int]) -> set[int]:
    """The positions of the most cards that stand in sequence, whatever stands between them.

    One card that was put at the wrong end leaves all others right. Of two ways that are equally
    long, the one that ends first counts, as in web/board-kinds.js.
    """
    best: list[list[int]] = []
    for position, rank in enumerate(ranks):
        before = [way for way in best if ranks[way[-1]] < rank]
        best.append([*_longest(before), position])
    return set(_longest(best))


def _longest(ways: list[list[int]]) -> list[int]:
    return max(ways, key=lambda way: len(way), default=[])


def _web(*names: str) -> str:
    return "\n".join((WEB / name).read_text(encoding="utf-8") for name in names)


LIVE = """
export default {
  render({ model, el }) {
    el.innerHTML = model.get("html");
    bookkitBoard.mount(el.firstElementChild, { model });
  },
};
"""
