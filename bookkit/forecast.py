"""Forecasts: a probability committed before the outcome is shown, and scored after Brier (1950).

The questions stand in ``data/forecasts.yml``. ``web/forecast.js`` takes the probabilities, on the
page and in a live notebook; ``web/forecast-brier.js`` scores them as `bookkit.models` does.
"""

from __future__ import annotations

import hashlib
import json
import weakref
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from bookkit import data, yamlfile
from bookkit.models import brier_score, brier_skill
from bookkit.quiz import cited
from bookkit.reference import day
from bookkit.yamlfile import Problem, Steps, meant

FILE = "data/forecasts.yml"
SCHEMA = Path(__file__).with_name("forecast.schema.json")
WEB = Path(__file__).parent / "web"
EXAMPLE = ((0.2, 0.7, 0.9), (0, 1, 0))


class ForecastError(ValueError):
    """The file of forecasts or a request for some is wrong; the message says how to mend it."""


@dataclass(frozen=True)
class Update:
    """A later freeze at which the same question is asked again; ``id`` is that of its record."""

    id: str
    on: str
    version: str
    known: str
    known_sources: tuple[str, ...]


@dataclass(frozen=True)
class Question:
    """A question of yes or no as it could be asked on a day; dates are written YYYY-MM-DD."""

    id: str
    question: str
    asked_on: str
    rule: str
    outcome: bool
    decided_on: str
    resolution: str
    sources: tuple[str, ...]
    known: str = ""
    known_sources: tuple[str, ...] = ()
    update_on: str = ""
    update_known: str = ""
    update_sources: tuple[str, ...] = ()

    @property
    def version(self) -> str:
        """Short digest of what is asked; a forecast of another version is not used."""
        return _digest(self.question, self.asked_on, self.rule)

    @property
    def update(self) -> Update | None:
        """The second freeze, if the question was still open then."""
        if not self.update_on:
            return None
        version = _digest(self.question, self.update_on, self.rule)
        return Update(f"{self.id}.2", self.update_on, version, self.update_known,
                      self.update_sources)  # fmt: skip


def _digest(*asked: str) -> str:
    text = json.dumps(asked, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:10]


def forecast(*ids: str) -> ForecastWidget:
    """Ask for probabilities, without the outcomes: forecast("F1", "F2"). Last in its cell.

    In a live notebook ``forecasts`` holds what was committed. Raises ForecastError for an id that
    does not exist or stands twice, and for a file that breaks its schema.
    """
    if not ids:
        raise ForecastError('forecast(): name the questions, for example forecast("F1", "F2").')
    return ForecastWidget(_chosen(ids), "forecast")


def forecast_update(*ids: str) -> ForecastWidget:
    """Ask again, at the second freeze, about questions that were open then (all unless named).

    The first forecast is kept and shown; `forecast_scores` scores both. Raises ForecastError for a
    question that is not asked again.
    """
    chosen = _chosen(ids)
    for one in chosen:
        if ids and not one.update:
            raise ForecastError(f"{FILE}, question {one.id}: has no field update_on. Add one.")
    return ForecastWidget([one for one in chosen if one.update], "update")


def forecast_scores(*ids: str) -> ForecastWidget:
    """Show outcome and Brier score of each question (all unless named) that was committed to.

    A question without a forecast can be committed to here, before its outcome is shown.
    """
    return ForecastWidget(_chosen(ids), "score")


def log_sheet() -> Sheet:
    """The log as a table to print and fill in: every question, and room for both forecasts."""
    return Sheet(render_sheet(load()))


def brier_scorer() -> BrierScorer:
    """Score forecasts that the reader pastes as text; it starts with three of the chapter."""
    return BrierScorer()


# ---- reading the file ----------------------------------------------------------------------------


def load(path: Path | None = None) -> tuple[Question, ...]:
    """Read and check the file of forecasts, ``data/forecasts.yml`` unless given.

    Raises ForecastError with one line for each thing that is wrong: file, line, question, field.
    """
    path = path or data.ROOT / FILE
    if not path.is_file():
        raise ForecastError(f"There is no file {FILE}.")
    tree = yamlfile.parse(path, ForecastError, FILE)
    plain = yamlfile.plain(tree)
    problems = list(yamlfile.breaks(plain, _schema())) or list(_check_meaning(plain["questions"]))
    if problems:
        part = ("questions", "question")
        lines = (yamlfile.describe(FILE, tree, plain, *problem, part) for problem in problems)
        raise ForecastError("\n".join(lines))
    return tuple(_question(entry) for entry in plain["questions"])


def _question(entry: dict[str, Any]) -> Question:
    lists = {key: tuple(value) for key, value in entry.items() if isinstance(value, list)}
    return Question(**{**entry, **lists})


@cache
def _schema() -> Any:
    return json.loads(SCHEMA.read_text(encoding="utf-8"))


def _check_meaning(questions: Sequence[dict[str, Any]]) -> Iterator[Problem]:
    """What the schema cannot say: days that exist and follow each other, ids, sources."""
    seen: set[str] = set()
    for number, entry in enumerate(questions):
        way: Steps = ("questions", number)
        if entry["id"] in seen:
            yield (*way, "id"), "is used twice. Give each question its own id."
        seen.add(entry["id"])
        days = {}
        for field in ("asked_on", "decided_on", *(["update_on"] if "update_on" in entry else [])):
            try:
                days[field] = date.fromisoformat(entry[field])
            except ValueError:
                yield (*way, field), f"{entry[field]} is no day of the calendar. Correct it."
        if {"asked_on", "decided_on"} <= set(days) and days["decided_on"] <= days["asked_on"]:
            yield (
                (*way, "decided_on"),
                f"{entry['decided_on']} is not after {entry['asked_on']}: the answer was known "
                "when the question was asked. Ask earlier or drop the question.",
            )
        if len(days) == 3 and not days["asked_on"] < days["update_on"] < days["decided_on"]:
            yield (
                (*way, "update_on"),
                f"{entry['update_on']} does not lie between {entry['asked_on']} and "
                f"{entry['decided_on']}: the question was not open then. Correct or drop it.",
            )
        unknown = False
        for field in ("known_sources", "update_sources", "sources"):
            for index, problem in yamlfile.unknown_sources(entry.get(field, ())):
                unknown = True
                yield (*way, field, index), problem
        if unknown:
            continue
        for field, freeze in (("known_sources", "asked_on"), ("update_sources", "update_on")):
            for index, source in enumerate(data.sources(entry.get(field, ()))):
                if source.date[:10] > entry[freeze]:  # its title could give the outcome away
                    yield (
                        (*way, field, index),
                        f"{source.id} is of {source.date}, later than {entry[freeze]}. Give a "
                        "source that could be read on the freeze date.",
                    )


def _chosen(ids: Sequence[str]) -> tuple[Question, ...]:
    known = {question.id: question for question in load()}
    for wanted in ids:
        if wanted not in known:
            raise ForecastError(f"{FILE} has no question {wanted!r}.{meant(wanted, list(known))}")
    if len(set(ids)) < len(ids):
        raise ForecastError(f"{list(ids)}: name each question only once.")
    return tuple(known[wanted] for wanted in ids) if ids else tuple(known.values())


# ---- writing the HTML ----------------------------------------------------------------------------


TITLES = {
    "forecast": "Commit your forecast",
    "update": "Update your forecast",
    "score": "What happened, and how you scored",
}
WITHOUT_SCRIPTS = {
    "forecast": "Without scripts: write each probability, from 1 to 99 per cent, on paper. "
    "The outcomes stand in the last chapter.",
    "update": "Without scripts: write the new probability on paper, beside the first.",
    "score": "Without scripts: write your probability on paper before you open what happened.",
}
FOOT = (
    '<div class="bk-forecast-foot bk-js" hidden>'
    '<p><button type="button" class="bk-show">Show what happened</button></p>'
    '<div class="bk-forecast-summary" role="status"></div></div>'
)


def render(questions: Sequence[Question], place: str, live: bool = False) -> str:
    """The questions as HTML for a place: ``forecast`` asks, ``update`` asks again, ``score`` tells.

    Only ``score`` holds the outcomes, folded without scripts.
    """
    ids = "-".join(one.id for one in questions)
    root = "score-all" if place == "score" else f"{place}s-{ids}"
    freezes = {one.asked_on for one in questions}
    title = TITLES[place]
    if place == "forecast" and len(freezes) == 1:  # tells two such parts of a page apart
        title += f" of {day(*freezes)}"
    items = "".join(_render_question(one, place, live) for one in questions)
    return (
        f'<section class="bk-forecast" id="{root}" data-place="{place}" '
        f'aria-labelledby="{root}-title"><p class="bk-title" id="{root}-title">{title}</p>'
        f'<p class="bk-nojs">{WITHOUT_SCRIPTS[place]}</p><ol class="bk-questions">{items}</ol>'
        f"{FOOT if place == 'score' else ''}</section>"
    )


def _render_question(one: Question, place: str, live: bool) -> str:
    again = one.update if place == "update" else None
    on, known, sources = (
        (again.on, again.known, again.known_sources)
        if again
        else (one.asked_on, one.known, one.known_sources)
    )
    known_html = (
        f'<p class="bk-known"><strong>{"What is new" if again else "What was public"}:</strong> '
        f"{escape(known)} ({cited(sources, live)})</p>"
        if known
        else ""
    )
    outcome = (
        '<details class="bk-outcome"><summary>What happened</summary>'
        f"<p><strong>{'Yes' if one.outcome else 'No'}.</strong> {escape(one.resolution)} "
        f"({cited(one.sources, live)})</p></details>"
        if place == "score"
        else ""
    )
    return (
        f'<li class="bk-question" id="{place}-{one.id}" {_keys(one, place)}>'
        '<form method="dialog" novalidate autocomplete="off"><fieldset>'
        f"<legend>It is {day(on)}. {escape(one.question)}</legend>"
        f"{EARLIER if again else ''}{known_html}"
        f'<p class="bk-rule"><strong>How it is decided:</strong> {escape(one.rule)}</p>'
        '<p class="bk-js" hidden><label><span>Probability of yes</span> '
        '<input type="text" inputmode="numeric" maxlength="9" size="4"> <span>per cent</span>'
        "</label></p>"
        '<p class="bk-js" hidden><label class="bk-why"><span>Your reason, in a sentence</span> '
        '<textarea rows="2" maxlength="1000"></textarea></label></p></fieldset>'
        '<p class="bk-js" hidden><button class="bk-commit">Commit</button></p>'
        f'<div class="bk-said" role="status"></div></form>{outcome}</li>'
    )


EARLIER = '<p class="bk-earlier bk-js" hidden></p>'


def _keys(one: Question, place: str) -> str:
    """What the script needs to know of a question; the outcome only where it is told."""
    keys = {"id": one.id, "version": one.version}
    again = one.update
    if place == "update" and again:
        keys = {"id": again.id, "version": again.version, "first": one.id,
                "first-version": one.version, "first-on": day(one.asked_on)}  # fmt: skip
    if place == "score":
        keys["outcome"] = str(int(one.outcome))
        if again:
            keys |= {"update": again.id, "update-version": again.version, "on": day(again.on)}
    return " ".join(f'data-{name}="{value}"' for name, value in keys.items())


def render_sheet(questions: Sequence[Question]) -> str:
    """The printed log: one row a question, with empty fields; holds no outcome."""
    heads = ("Question", "First, %", "Base rate and reason", "Update, %", "Outcome", "Score")
    head = "".join(f'<th scope="col">{name}</th>' for name in heads)
    rows = "".join(
        f'<tr><th scope="row"><span class="bk-number">{one.id}</span> {escape(one.question)} '
        f'<span class="bk-hint">Asked on {day(one.asked_on)}.</span></th><td></td><td></td>'
        f"<td{'' if one.update else CLOSED}>{'' if one.update else 'not asked'}</td>"
        "<td></td><td></td></tr>"
        for one in questions
    )
    return (
        '<div class="bk-forecast bk-log bk-scroll" id="forecast-log-sheet" tabindex="0" '
        'role="region" aria-label="Log sheet to print"><table><thead><tr>'
        f"{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


CLOSED = ' class="bk-closed"'


@dataclass(frozen=True)
class Sheet:
    """Something to print: HTML on the page and in a notebook."""

    html: str

    def _repr_html_(self) -> str:
        return self.html

    def __repr__(self) -> str:
        return "Log sheet of the forecasts, to print"


def render_scorer() -> str:
    """The Brier scorer as HTML: without scripts the worked example, as a table."""
    forecasts, outcomes = EXAMPLE
    score = brier_score(forecasts, outcomes)
    rows = "".join(
        f"<tr><td>{f:.0%}</td><td>{'happened' if o else 'did not happen'}</td>"
        f"<td>{(f - o) ** 2:.3f}</td></tr>"
        for f, o in zip(forecasts, outcomes, strict=True)
    ).replace("%", " %")
    skill = f"{brier_skill(score):.3f}".replace("-", "−")
    fields = "".join(
        f'<p><label for="brier-{name}">{label}</label>'
        f'<textarea id="brier-{name}" class="bk-{name}" rows="3" spellcheck="false">{values}'
        f'</textarea><span class="bk-hint">{hint}</span></p>'
        for name, label, values, hint in (
            ("forecasts", "Forecasts", "0.2, 0.7, 0.9", "As 0.7, 0,7 or 70 %, in any one way."),
            ("outcomes", "Outcomes", "0, 1, 0", "In the same order: 1 or yes, 0 or no."),
        )
    )
    return (
        '<section class="bk-forecast bk-scorer" id="brier-scorer" '
        'aria-labelledby="brier-scorer-title">'
        '<p class="bk-title" id="brier-scorer-title">Score your own forecasts</p>'
        f'<form method="dialog" class="bk-js" novalidate hidden>{fields}'
        '<p><button class="bk-commit">Work out the score</button></p></form>'
        '<div class="bk-said" role="status">'
        f"<p>Mean Brier score: {score:.3f} (0 is best, 1 is worst). Always saying 50 % scores "
        f"0.250. Skill: 1 − {score:.3f} / 0.250 = {skill}, worse than always saying 50 %.</p></div>"
        '<div class="bk-scroll" tabindex="0" role="region" aria-label="Scores of each forecast">'
        "<table><thead><tr><th>Forecast</th><th>Outcome</th><th>(forecast − outcome)²</th></tr>"
        f"</thead><tbody>{rows}</tbody></table></div></section>"
    )


# ---- the live widgets ----------------------------------------------------------------------------


def _web(*names: str) -> str:
    return "\n".join((WEB / name).read_text(encoding="utf-8") for name in names)


def _live(script: str) -> str:
    return f"""
export default {{
  render({{ model, el }}) {{
    el.innerHTML = model.get("html");
    {script}.mount(el.firstElementChild, {{ model }});
  }},
}};
"""


class _Page(anywidget.AnyWidget):
    """A widget whose ``text/html`` is what the built page shows."""

    _css = _web("tokens.css", "forecast.css")
    html = traitlets.Unicode().tag(sync=True)
    page = traitlets.Unicode()
    about = traitlets.Unicode()

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        live, metadata = super()._repr_mimebundle_(**kwargs) or ({}, {})
        return {**live, "text/html": self.page, "text/plain": self.about}, metadata


_live_widgets: weakref.WeakSet[ForecastWidget] = weakref.WeakSet()


class ForecastWidget(_Page):
    """Questions in a live notebook; ``forecasts`` maps each id to the probability committed.

    All of one notebook share what was committed: an update knows the first forecast. The id of an
    update is that of its question with ``.2``.
    """

    _esm = _web("forecast-brier.js", "forecast.js") + _live("bookkitForecast")
    records = traitlets.Dict().tag(sync=True)
    forecasts = traitlets.Dict()

    def __init__(self, questions: Sequence[Question], place: str) -> None:
        about = "Forecasts: " + "; ".join(one.question for one in questions)
        page = render(questions, place)
        self._versions = {one.id: one.version for one in questions}
        self._versions |= {one.update.id: one.update.version for one in questions if one.update}
        super().__init__(html=render(questions, place, live=True), page=page, about=about)
        for other in _live_widgets:
            self._take(other.records)
        _live_widgets.add(self)

    def _take(self, records: dict[str, Any]) -> None:
        """Take over the records of questions that stand here too."""
        here = self._versions
        new = {name: kept for name, kept in records.items() if here.get(name) == kept["version"]}
        if self.records | new != self.records:
            self.records = self.records | new

    @traitlets.observe("records")
    def _read(self, _change: Any) -> None:
        self.forecasts = {name: saved["percent"] / 100 for name, saved in self.records.items()}
        for other in _live_widgets:
            if other is not self:
                other._take(self.records)


class BrierScorer(_Page):
    """The scorer in a live notebook: ``forecasts``, ``outcomes`` and their mean ``score``."""

    _esm = _web("forecast-brier.js", "forecast-scorer.js") + _live("bookkitScorer")
    forecasts = traitlets.List(list(EXAMPLE[0])).tag(sync=True)
    outcomes = traitlets.List(list(EXAMPLE[1])).tag(sync=True)
    score = traitlets.Float(brier_score(*EXAMPLE)).tag(sync=True)

    def __init__(self) -> None:
        html = render_scorer()
        super().__init__(html=html, page=html, about="Brier scorer: paste forecasts and outcomes")
