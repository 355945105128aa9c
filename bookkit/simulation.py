"""Border Watch 2021, the crisis simulation: pages, the control desk, and everything on paper.

All of it comes from ``data/simulation.yml`` (see `bookkit.simulationfile`). ``web/simulation*.js``
runs the desk, on the page and in a live notebook; nothing leaves the browser.

For print, `cards_html`, `sheets_html`, `strips_html` and `control_html` give HTML without style.
Their classes: ``print-page`` starts on a new page; ``sim-cut`` holds cards to be cut apart;
``sim-card`` is one card, ``sim-secret`` one that is folded or sealed; ``sim-lines`` is room to
write, ``data-lines`` of it; ``sim-boxes`` holds such rooms side by side; ``sim-scale`` is a dial,
its start marked by ``aria-current``.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from html import escape
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from bookkit import data
from bookkit.quiz import cited, who_and_when
from bookkit.reference import day
from bookkit.simulationfile import (
    ALL,
    Dial,
    Format,
    Inject,
    Note,
    Report,
    Simulation,
    SimulationError,
    Team,
    desk_size,
    load,
    team_sizes,
)

__all__ = [
    "PUBLIC", "Simulation", "SimulationError", "cards_html", "control_html", "desk", "load",
    "part", "render_desk", "sheets_html", "strips_html", "team_sizes",
]  # fmt: skip

WEB = Path(__file__).parent / "web"
CUT = 4  # cards on a page that is cut apart
LINES = {"happening": 1}  # to write on; else 3


def desk() -> SimulationDesk:
    """The control desk, for the teacher's screen. Last in its cell."""
    return SimulationDesk(load())


def part(name: str) -> Shown:
    """One part of the simulation for a notebook: part("safety"). Raises SimulationError."""
    if name not in PARTS:
        raise SimulationError(f"There is no part {name!r}. Known are: {', '.join(PARTS)}.")
    html = f'<div class="bk-simulation-part">{PARTS[name](load())}</div>'
    return Shown(html, f"Border Watch 2021: {name}")


class Shown:
    """HTML that a notebook and the built page show alike."""

    def __init__(self, html: str, about: str) -> None:
        self.html, self.about = html, about

    def _repr_mimebundle_(self, **_kwargs: Any) -> dict[str, str]:
        return {"text/html": self.html, "text/plain": self.about}


# ---- small pieces of HTML ------------------------------------------------------------------------


def _items(texts: Iterable[str], tag: str = "ul") -> str:
    return f"<{tag}>" + "".join(f"<li>{escape(text)}</li>" for text in texts) + f"</{tag}>"


def _p(text: str, label: str = "") -> str:
    bold = f"<strong>{escape(label)}</strong> " if label else ""
    return f"<p>{bold}{escape(text)}</p>"


def _table(
    name: str, head: Sequence[str], rows: Iterable[Sequence[str]], kind: str = "sim-words"
) -> str:
    """A table in a box that scrolls; cells are HTML. The first cell of a row names it."""
    top = "".join(f'<th scope="col">{escape(title)}</th>' for title in head)
    body = "".join(
        f'<tr><th scope="row">{row[0]}</th>'
        + "".join(f"<td>{cell}</td>" for cell in row[1:])
        + "</tr>"
        for row in rows
    )
    return (
        f'<div class="bk-scroll" tabindex="0" role="region" aria-label="{escape(name)}">'
        f'<table class="{kind}"><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table></div>'
    )


def _sources(ids: Sequence[str], links: bool = True) -> str:
    if links:
        return f'<p class="sim-sources">Sources: {cited(ids, live=True)}</p>'
    names = "; ".join(escape(who_and_when(source)) for source in data.sources(ids))
    return f'<p class="sim-sources">Sources: {names}</p>'


def _heading(text: str, level: int) -> str:
    return f"<h{level}>{escape(text)}</h{level}>"


def _named(team: Team) -> str:
    return f"Team {team.number}: {team.name}"


def _told(simulation: Simulation, ids: Sequence[str]) -> str:
    """Who hears a news item: 'all', 'team 7', or 'teams 3, 6 and 7'."""
    if list(ids) == [ALL]:
        return "all"
    numbers = sorted(str(simulation.team(name).number) for name in ids)
    if len(numbers) == 1:
        return f"team {numbers[0]}"
    return f"teams {', '.join(numbers[:-1])} and {numbers[-1]}"


def _audience(simulation: Simulation, inject: Inject) -> str:
    then = ", then all" if inject.then_all else ""
    only = " only" if not inject.then_all and inject.to != (ALL,) else ""
    return f"To {_told(simulation, inject.to)}{only}{then}"


# ---- what everyone may see -----------------------------------------------------------------------


def _safety(simulation: Simulation) -> str:
    return _items(simulation.safety)


def _briefs(simulation: Simulation) -> str:
    return "".join(
        f'<section class="sim-card">{_heading(_named(team), 3)}{_brief(team)}'
        f"{_sources(team.sources)}</section>"
        for team in simulation.teams
    )


def _brief(team: Team) -> str:
    return (
        _p(f"{team.advises}.", "You advise")
        + _p("", "Said in public in March and April 2021")
        + _items(team.said)
        + (_p("", "Rules of your desk in this game") + _items(team.rules) if team.rules else "")
        + _p("; ".join(team.instruments) + ".", "Your instruments:")
    )


def _plans(simulation: Simulation) -> str:
    return "".join(_plan(one) for one in simulation.formats)


def _plan(plan: Format) -> str:
    rows = []
    for number, lesson in enumerate(plan.lessons, start=1):
        clock = 0
        for step in lesson:
            where = f"{number}" if len(plan.lessons) > 1 else ""
            rows.append([f"{clock}–{clock + step.minutes}", escape(step.title), where])
            clock += step.minutes
    head = ["Minutes", "What", "Lesson"]
    if len(plan.lessons) == 1:
        head, rows = head[:2], [row[:2] for row in rows]
    table = _table(plan.title, head, rows, "sim-numbers")
    return f'<section class="sim-plan">{_heading(plan.title, 3)}{table}</section>'


def _sizes(simulation: Simulation) -> str:
    sizes = simulation.sizes
    head = ["Class", "Observer desk", *(f"{team.number} {team.name}" for team in simulation.teams)]
    rows = []
    for students in range(sizes.least, sizes.most + 1):
        each = team_sizes(sizes, students)
        row = [students, desk_size(sizes, students), *(each[team.id] for team in simulation.teams)]
        rows.append([str(number) for number in row])
    table = _table("Students in each team by size of class", head, rows, "sim-numbers")
    return table + _p(sizes.desk)


def _sheet(simulation: Simulation) -> str:
    questions = "".join(
        f"<li><strong>{escape(one.question)}</strong> {escape(one.hint)}</li>"
        for one in simulation.sheet
    )
    return f"<ol>{questions}</ol>"


def _dials(simulation: Simulation) -> str:
    return _table(
        "The three dials",
        ["Dial", "Question", "From", "To", "Start"],
        [
            [
                escape(one.title),
                escape(one.asks),
                f"{one.least}: {escape(one.low)}",
                f"{one.most}: {escape(one.high)}",
                str(one.start),
            ]
            for one in simulation.dials
        ],
    )


def _questions(simulation: Simulation) -> str:
    """What the debrief asks, without what control does or knows."""
    steps = "".join(
        f"<li><strong>{escape(step.title)}</strong>{' (voluntary)' if step.voluntary else ''}."
        f"{_items(step.ask)}</li>"
        for step in simulation.debrief.steps
    )
    return f"<ol>{steps}</ol>"


def _rubric(simulation: Simulation) -> str:
    rubric = simulation.rubric
    rows = [[escape(row.title), *map(escape, row.levels)] for row in rubric.rows]
    table = _table("Rubric", ["", *(str(level) for level in rubric.levels)], rows)
    return _p(rubric.task) + table.replace('<th scope="col"></th>', "<td></td>")


# ---- what only control may see -------------------------------------------------------------------


def _private(simulation: Simulation, level: int = 3) -> str:
    return "".join(_private_card(simulation, team, level) for team in simulation.teams)


def _private_card(simulation: Simulation, team: Team, level: int, paper: bool = False) -> str:
    """A private brief; on paper, what the team holds from a later turn on is a card of its own."""
    own = team.private
    aims = _items(own.aims, "ol" if len(own.aims) > 1 else "ul")
    holds = ""
    if own.holds and not paper:
        holds = _p(own.holds, f"From turn {own.holds_from}:") + _sources(own.holds_sources)
    return (
        f'<section class="sim-card sim-secret">{_heading(f"{_named(team)}, private", level)}'
        f"{_p('', 'Your aims, the first one first')}{aims}{_p(own.limit, 'Your limit:')}{holds}"
        f"{_construct(simulation)}</section>"
    )


def _held_card(simulation: Simulation, team: Team) -> str:
    own = team.private
    return (
        f'<article class="sim-card sim-held sim-secret">{_heading(f"{_named(team)}, private", 2)}'
        f'{_p(own.holds)}<p class="sim-kind">From turn {own.holds_from} on.</p>'
        f"{_construct(simulation)}</article>"
    )


def _construct(simulation: Simulation) -> str:
    return f'<p class="sim-construct">{escape(simulation.construct)}</p>'


def _sealed(simulation: Simulation, level: int = 3) -> str:
    return "".join(_sealed_cards(simulation, level))


def _sealed_cards(simulation: Simulation, level: int, paper: bool = False) -> list[str]:
    """Moscow's two cards, then the notes for the three members of the team that must agree.

    Only control reads what the members said in public that comes near to the notes.
    """
    cards = [
        f'<section class="sim-card sim-secret">'
        f"{_heading(f'Moscow, sealed card {card.id}: {card.title}', level)}"
        f"{_p('', 'Your aims, the first one first')}{_items(card.aims, 'ol')}{_p(card.means)}"
        f"{_construct(simulation)}</section>"
        for card in simulation.cards
    ]
    notes = [
        f'<section class="sim-card sim-secret">'
        f"{_heading(f'Team 4, sealed note: {note.member}', level)}"
        f"{_p(note.text, 'Your red line in this game:')}{_construct(simulation)}"
        f"{'' if paper else _near(note)}</section>"
        for note in simulation.notes
    ]
    return [*cards, *notes]


def _near(note: Note) -> str:
    return (
        f'<p class="sim-sources">For control. {escape(note.member)} in public, near to this: '
        f"{cited(note.sources, live=True)}</p>"
    )


def _news(simulation: Simulation) -> str:
    out = []
    for turn in simulation.turns:
        span = f"{day(turn.first)} to {day(turn.last)}"
        out.append(_heading(f"Turn {turn.number}: {turn.title}, {span}", 3))
        items = [one for one in simulation.injects if one.turn == turn.number]
        rows = [_news_row(simulation, one) for one in items]
        out.append(_table(f"News of turn {turn.number}", ["Date", "News", "Who hears it"], rows))
    return "".join(out)


def _news_row(simulation: Simulation, inject: Inject) -> list[str]:
    return [
        escape(day(inject.date)),
        f"{escape(inject.text)} {_sources(inject.sources)}",
        escape(_audience(simulation, inject)),
    ]


def _reports(simulation: Simulation) -> str:
    rows = [
        [
            str(one.turn),
            escape(one.text),
            (f"<strong>Partly wrong.</strong> {escape(one.truth)}" if one.wrong else "Right.")
            + f" {_sources(one.sources)}",
        ]
        for one in simulation.reports
    ]
    return _table("Reports for team 7", ["Turn", "Report", "What control knows"], rows)


def _branches(simulation: Simulation) -> str:
    rows = []
    for one in simulation.branches:
        who = "Any team" if one.team == ALL else simulation.team(one.team).name
        turns = f"{one.turns[0]}–{one.turns[-1]}" if len(one.turns) > 1 else str(one.turns[0])
        rows.append([escape(one.when), escape(one.then), escape(who), turns])
    return _table("Branch notes", ["If", "Then control may", "Team", "Turns"], rows)


def _pause(simulation: Simulation) -> str:
    text = "".join(_p(line) for line in simulation.pause.text)
    read = f'<blockquote class="sim-pause">{text}</blockquote>'
    return read + _sources(simulation.pause.sources) + _p(simulation.pause.then, "Then:")


def _debrief(simulation: Simulation) -> str:
    out = [_p(simulation.debrief.question, "Key question:")]
    for number, step in enumerate(simulation.debrief.steps, start=1):
        voluntary = ", voluntary" if step.voluntary else ""
        out.append(_heading(f"{number}. {step.title} ({step.minutes} minutes{voluntary})", 3))
        key = [simulation.debrief.question] if step.key else []
        out.append(_p(step.say) + _items([*step.ask, *key]))
    return "".join(out)


def _history(simulation: Simulation) -> str:
    happened = "".join(
        f"<li>{escape(one.text)} ({cited(one.sources, live=True)})</li>"
        for one in simulation.history.happened
    )
    unknown = _items(simulation.history.unknown)
    return f"<ul>{happened}</ul>{_p('', 'What remains unknown')}{unknown}"


PARTS: dict[str, Callable[[Simulation], str]] = {
    "safety": _safety,
    "briefs": _briefs,
    "plans": _plans,
    "sizes": _sizes,
    "sheet": _sheet,
    "dials": _dials,
    "questions": _questions,
    "rubric": _rubric,
    "private": _private,
    "sealed": _sealed,
    "news": _news,
    "reports": _reports,
    "branches": _branches,
    "pause": _pause,
    "debrief": _debrief,
    "history": _history,
}
PUBLIC = ("safety", "briefs", "plans", "sizes", "sheet", "dials", "questions", "rubric")


# ---- on paper ------------------------------------------------------------------------------------


def cards_html() -> str:
    """Every card of the game for print: briefs, sealed cards and notes, news, reports, dials."""
    simulation = load()
    out = [_printed_brief(simulation, team) for team in simulation.teams]
    out += [
        _page(_private_card(simulation, team, 2, paper=True), "sim-private")
        for team in simulation.teams
    ]
    out += [_page(card, "sim-sealed") for card in _sealed_cards(simulation, 2, paper=True)]
    news = [_news_card(simulation, one) for one in simulation.injects]
    news += [_held_card(simulation, team) for team in simulation.teams if team.private.holds]
    out += _cut(news) + _cut([_report_card(one) for one in simulation.reports])
    return "".join([*out, _printed_dials(simulation)])


def _page(html: str, kind: str = "") -> str:
    return f'<section class="print-page {kind}">{html}</section>'.replace(' "', '"')


def _printed_brief(simulation: Simulation, team: Team) -> str:
    brief = f'{_heading(_named(team), 2)}<p class="sim-kind">Public brief. All may see it.</p>'
    return _page(
        f'<section class="sim-card">{brief}{_brief(team)}{_sources(team.sources, links=False)}'
        f"{_p(simulation.place)}</section>"
    )


def _cut(cards: Sequence[str]) -> list[str]:
    """Pages of cards that are cut apart."""
    groups = [cards[start : start + CUT] for start in range(0, len(cards), CUT)]
    return [_page("".join(group), "sim-cut") for group in groups]


def _news_card(simulation: Simulation, inject: Inject) -> str:
    return (
        f'<article class="sim-card sim-news">{_heading(day(inject.date), 2)}{_p(inject.text)}'
        f'<p class="sim-kind">Turn {inject.turn}. {escape(_audience(simulation, inject))}.</p>'
        "</article>"
    )


def _report_card(report: Report) -> str:
    """A report as the monitors get it: nothing tells whether it is right."""
    return (
        f'<article class="sim-card sim-report">{_heading(f"Report for turn {report.turn}", 2)}'
        f'{_p(report.text)}<p class="sim-kind">For team 7 only. Publish, hold or correct.</p>'
        "</article>"
    )


def _printed_dials(simulation: Simulation) -> str:
    dials = "".join(_printed_dial(dial) for dial in simulation.dials)
    return _page(f"{_heading('Three dials', 2)}{dials}", "sim-dials")


def _printed_dial(dial: Dial) -> str:
    notches = "".join(
        f'<li aria-current="true">{place}</li>' if place == dial.start else f"<li>{place}</li>"
        for place in range(dial.least, dial.most + 1, dial.notch)
    )
    rows = "".join("<tr><td></td><td></td><td></td><td></td></tr>" for _ in range(4))
    return (
        f'<section class="sim-card"><h3>{escape(dial.title)}</h3>{_p(dial.asks)}'
        f'<p class="sim-ends"><span>{dial.least}: {escape(dial.low)}</span> '
        f"<span>{dial.most}: {escape(dial.high)}</span></p>"
        f'<ol class="sim-scale">{notches}</ol><table><thead><tr><th scope="col">Turn</th>'
        '<th scope="col">From</th><th scope="col">To</th><th scope="col">Reason</th></tr></thead>'
        f"<tbody>{rows}</tbody></table></section>"
    )


def sheets_html() -> str:
    """One decision sheet for each team, each on a page; a copy is needed for every turn."""
    simulation = load()
    turns = " ".join(f"☐ {turn.number}" for turn in simulation.turns)
    return "".join(
        _page(
            f"{_heading(f'Decision sheet. {_named(team)}', 2)}"
            f'<p class="sim-turn">Turn: {turns} <span>Names:</span></p>'
            f'<ol class="sim-sheet">{_sheet_boxes(simulation, team)}</ol>',
            "sim-sheet-page",
        )
        for team in simulation.teams
    )


def _sheet_boxes(simulation: Simulation, team: Team) -> str:
    out = []
    for one in simulation.sheet:
        lines = LINES.get(one.id, 3)
        boxes = "".join(
            f'<span class="sim-box"><span>{escape(name)}</span>'
            f'<span class="sim-lines" data-lines="{lines}"></span></span>'
            for name in one.parts
        )
        room = (
            f'<div class="sim-boxes">{boxes}</div>'
            if boxes
            else f'<div class="sim-lines" data-lines="{lines}"></div>'
        )
        extra = ""
        if "instrument" in one.parts:
            extra = f" Yours: {'; '.join(team.instruments)}."
        out.append(
            f"<li><p><strong>{escape(one.question)}</strong> {escape(one.hint + extra)}</p>"
            f"{room}</li>"
        )
    return "".join(out)


def strips_html(seed: int = 2021) -> str:
    """Eight events without their dates, shuffled, to cut apart; the key stands on its own page."""
    simulation = load()
    events = data.table("events").set_index("id")
    strips = list(simulation.strips)
    random.Random(seed).shuffle(strips)
    letters = dict(zip("ABCDEFGH", strips, strict=True))
    cut = "".join(
        f'<li class="sim-card sim-strip"><strong>{letter}</strong> {escape(strip.text)}</li>'
        for letter, strip in letters.items()
    )
    key = "".join(
        f"<li><strong>{letter}</strong> {day(f'{when:%Y-%m-%d}')}: "
        f"{escape(str(events.title[strip.event]))}</li>"
        for when, letter, strip in sorted(
            (events.date[strip.event], letter, strip) for letter, strip in letters.items()
        )
    )
    return _page(
        f'{_heading("Day ladder: cut apart and put in order", 2)}<ul class="sim-strips">{cut}</ul>',
        "sim-cut",
    ) + _page(f"{_heading('Day ladder: key, for the teacher', 2)}<ol>{key}</ol>", "sim-key")


CONTROL = {
    "safety": "Safety rules",
    "plans": "Plans",
    "sizes": "Team sizes",
    "sealed": "Sealed cards and notes",
    "news": "News, in order",
    "reports": "Reports for team 7",
    "dials": "Dials",
    "branches": "Branch notes",
    "pause": "The pause: read aloud",
    "debrief": "Debrief",
    "history": "What did happen",
    "rubric": "Rubric",
}


def control_html() -> str:
    """The control script for print, for the teacher's eyes only; sources are named, not linked."""
    simulation = load()
    html = "".join(
        _page(f"{_heading(f'Control: {title}', 2)}{PARTS[name](simulation)}", "sim-control")
        for name, title in CONTROL.items()
    )
    return re.sub(r"</?a\b[^>]*>", "", html)


# ---- the control desk ----------------------------------------------------------------------------


def render_desk(simulation: Simulation) -> str:
    """The desk as HTML: a script builds it; without scripts it says how to play on paper."""
    known = json.dumps(_for_script(simulation), ensure_ascii=False).replace("<", "\\u003c")
    return (
        '<section class="bk-simulation" id="control-desk" aria-labelledby="control-desk-title">'
        '<p class="bk-title" id="control-desk-title">Control desk</p>'
        '<p class="bk-nojs">The desk needs scripts. Without them the game runs on paper: '
        "everything that control says and hands out stands below, in order.</p>"
        '<div class="bk-desk"></div>'
        '<dialog class="bk-class" id="class-screen" aria-label="Class screen"></dialog>'
        f'<script type="application/json" class="bk-known">{known}</script></section>'
    )


def _for_script(simulation: Simulation) -> dict[str, Any]:
    """What the desk knows: the file without sources, and its version."""
    known = _bare(asdict(simulation))
    for name in ("sheet", "rubric", "strips"):
        del known[name]
    for group in ("turns", "injects"):
        for one in known[group]:
            for field in ("date", "first", "last"):
                if field in one:
                    one[field] = day(one[field])
    return {"version": simulation.version, **known}


def _bare(value: Any) -> Any:
    if isinstance(value, dict):
        drop = ("sources", "holds_sources", "events")
        return {field: _bare(one) for field, one in value.items() if field not in drop}
    return [_bare(one) for one in value] if isinstance(value, (list, tuple)) else value


LIVE = """
export default {
  render({ model, el }) {
    el.innerHTML = model.get("html");
    bookkitSimulation.mount(el.firstElementChild, { model });
  },
};
"""


class SimulationDesk(anywidget.AnyWidget):
    """The desk in a live notebook; the browser keeps its state as the built page does."""

    _esm = "\n".join(path.read_text("utf-8") for path in sorted(WEB.glob("simulation*.js"))) + LIVE
    _css = "\n".join((WEB / name).read_text("utf-8") for name in ("tokens.css", "simulation.css"))
    html = traitlets.Unicode().tag(sync=True)

    def __init__(self, simulation: Simulation) -> None:
        super().__init__(html=render_desk(simulation))

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        live, metadata = super()._repr_mimebundle_(**kwargs) or ({}, {})
        about = "Border Watch 2021: the control desk"
        return {**live, "text/html": self.html, "text/plain": about}, metadata
