"""Border Watch on paper: cards to cut, decision sheets, the day ladder and the control script."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bookkit import simulation
from bookkit.classroom.handouts import Document
from bookkit.classroom.paper import Notes

STYLE = Path(__file__).with_name("prints.css")
TITLE = "Border Watch 2021"


def documents() -> list[Document]:
    """What the simulation needs on paper; raises SimulationError for a fault in its file."""
    style = STYLE.read_text(encoding="utf-8")
    control, key = simulation.control_html(), ""
    strips, _, key = simulation.strips_html().partition('<section class="print-page sim-key">')
    if key:
        control += f'<section class="print-page sim-key">{key}'
    parts = {
        "cards": ("Cards", simulation.cards_html()),
        "decision-sheets": ("Decision sheets", ruled(simulation.sheets_html())),
        "day-ladder": ("Day ladder", strips),
        "control-script": ("Control script, for the teacher only", control + _sources()),
    }
    return [
        Document(f"border-watch-{name}", f"{TITLE}: {title}", f"{TITLE} · {title}", body, style)
        for name, (title, body) in parts.items()
    ]


def ruled(html: str) -> str:
    """Give each space to write as many lines as it asks for."""

    def add(found: re.Match[str]) -> str:
        return found[1] + "<i></i>" * int(found[2])

    return re.sub(r'(<(?:div|span) class="sim-lines" data-lines="(\d+)">)', add, html)


def _sources() -> str:
    """The sources of the whole simulation, with their addresses."""
    notes = Notes()
    for source in dict.fromkeys(cited(simulation.load())):
        notes.mark(source)
    return f'<section class="print-page"><h2>Sources, with addresses</h2>{notes.html()}</section>'


def cited(part: Any) -> Iterator[str]:
    """The ids of all sources that a part of the simulation names, in its order."""
    if dataclasses.is_dataclass(part):
        for field in dataclasses.fields(part):
            value = getattr(part, field.name)
            if field.name.endswith("sources"):  # holds_sources too
                yield from value
            else:
                yield from cited(value)
    elif isinstance(part, (list, tuple)):
        for one in part:
            yield from cited(one)
    elif isinstance(part, dict):
        yield from cited(list(part.values()))
