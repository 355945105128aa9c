"""Forecasts: a probability committed before the outcome is shown, and scored after Brier (1950).

The questions stand in ``data/forecasts.yml``. ``web/forecast.js`` takes the probabilities, on the
page and in a live notebook; ``web/forecast-brier.js`` scores them as `bookkit.models` does.
"""

from __future__ import annotations

import hashlib
import json
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

    @property
    def version(self) -> str:
        """Short digest of what is asked; a forecast of another version is not used."""
        text = json.dumps([self.question, self.asked_on, self.rule], ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()[:10]


def forecast(*ids: str) -> ForecastWidget:
    """Ask for probabilities, without the outcomes: forecast("F1", "F2"). Last in its cell.

    In a live notebook ``forecasts`` holds what was committed. Raises ForecastError for an id that
    does not exist or stands twice, and for a file that breaks its schema.
    """
    if not ids:
        raise ForecastError('forecast(): name the questions, for example forecast("F1", "F2").')
    return ForecastWidget(_chosen(ids), scores=False)


def forecast_scores(*ids: str) -> ForecastWidget:
    """Show outcome and Brier score of each question (all unless named) that was committed to.

    A question without a forecast can be committed to here, before its outcome is shown.
    """
    return ForecastWidget(_chosen(ids), scores=True)


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
        for field in ("asked_on", "decided_on"):
            try:
                days[field] = date.fromisoformat(entry[field])
            except ValueError:
                yield (*way, field), f"{entry[field]} is no day of the calendar. Correct it."
        if len(days) == 2 and days["decided_on"] <= days["asked_on"]:
            yield (
                (*way, "decided_on"),
                f"{entry['decided_on']} is not after {entry['asked_on']}: the answer was known "
                "when the question was asked. Ask earlier or drop the question.",
            )
        unknown = False
        for field in ("known_sources", "sources"):
            for index, problem in yamlfile.unknown_sources(entry.get(field, ())):
                unknown = True
                yield (*way, field, index), problem
        if unknown:
            continue
        for index, source in enumerate(data.sources(entry.get("known_sources", ()))):
            if source.date[:10] > entry["asked_on"]:  # its title could give the outcome away
                yield (
                    (*way, "known_sources", index),
                    f"{source.id} is of {source.date}, later than {entry['asked_on']}. Give a "
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


def render(questions: Sequence[Question], scores: bool, live: bool = False) -> str:
    """The questions as HTML; with ``scores`` it holds the outcomes, folded without scripts."""
    place = "score" if scores else "forecast"
    root = f"{place}-all" if scores else f"forecast-{'-'.join(one.id for one in questions)}"
    title = "What happened, and how you scored" if scores else "Commit your forecast"
    hint = (
        "Without scripts: write your probability on paper before you open what happened."
        if scores
        else "Without scripts: write each probability, from 1 to 99 per cent, on paper. "
        "The outcomes stand in the last chapter."
    )
    foot = (
        '<div class="bk-forecast-foot bk-js" hidden>'
        '<p><button type="button" class="bk-show">Show what happened</button></p>'
        '<div class="bk-forecast-summary" role="status"></div></div>'
        if scores
        else ""
    )
    items = "".join(_render_question(one, place, live) for one in questions)
    return (
        f'<section class="bk-forecast" id="{root}" data-place="{place}" '
        f'aria-labelledby="{root}-title"><p class="bk-title" id="{root}-title">{title}</p>'
        f'<p class="bk-nojs">{hint}</p><ol class="bk-questions">{items}</ol>{foot}</section>'
    )


def _render_question(one: Question, place: str, live: bool) -> str:
    known = (
        f'<p class="bk-known"><strong>What was public:</strong> {escape(one.known)} '
        f"({cited(one.known_sources, live)})</p>"
        if one.known
        else ""
    )
    outcome = (
        '<details class="bk-outcome"><summary>What happened</summary>'
        f"<p><strong>{'Yes' if one.outcome else 'No'}.</strong> {escape(one.resolution)} "
        f"({cited(one.sources, live)})</p></details>"
        if place == "score"
        else ""
    )
    key = f' data-outcome="{int(one.outcome)}"' if place == "score" else ""
    return (
        f'<li class="bk-question" id="{place}-{one.id}" data-id="{one.id}" '
        f'data-version="{one.version}"{key}>'
        '<form method="dialog" novalidate autocomplete="off"><fieldset>'
        f"<legend>It is {day(one.asked_on)}. {escape(one.question)}</legend>{known}"
        f'<p class="bk-rule"><strong>How it is decided:</strong> {escape(one.rule)}</p>'
        '<p class="bk-js" hidden><label><span>Probability of yes</span> '
        '<input type="text" inputmode="numeric" maxlength="9" size="4"> <span>per cent</span>'
        "</label></p>"
        '<p class="bk-js" hidden><label class="bk-why"><span>Your reason, in a sentence</span> '
        '<textarea rows="2" maxlength="1000"></textarea></label></p></fieldset>'
        '<p class="bk-js" hidden><button class="bk-commit">Commit</button></p>'
        f'<div class="bk-said" role="status"></div></form>{outcome}</li>'
    )


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


class ForecastWidget(_Page):
    """Questions in a live notebook; ``forecasts`` maps each id to the probability committed."""

    _esm = _web("forecast-brier.js", "forecast.js") + _live("bookkitForecast")
    records = traitlets.Dict().tag(sync=True)
    forecasts = traitlets.Dict()

    def __init__(self, questions: Sequence[Question], scores: bool) -> None:
        about = "Forecasts: " + "; ".join(one.question for one in questions)
        page = render(questions, scores)
        super().__init__(html=render(questions, scores, live=True), page=page, about=about)

    @traitlets.observe("records")
    def _read(self, _change: Any) -> None:
        self.forecasts = {name: saved["percent"] / 100 for name, saved in self.records.items()}


class BrierScorer(_Page):
    """The scorer in a live notebook: ``forecasts``, ``outcomes`` and their mean ``score``."""

    _esm = _web("forecast-brier.js", "forecast-scorer.js") + _live("bookkitScorer")
    forecasts = traitlets.List(list(EXAMPLE[0])).tag(sync=True)
    outcomes = traitlets.List(list(EXAMPLE[1])).tag(sync=True)
    score = traitlets.Float(brier_score(*EXAMPLE)).tag(sync=True)

    def __init__(self) -> None:
        html = render_scorer()
        super().__init__(html=html, page=html, about="Brier scorer: paste forecasts and outcomes")
