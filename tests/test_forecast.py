"""Promises of the forecasts: the file, what a page may give away, the score."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import lxml.html
import pytest

from bookkit import data, forecast, yamlfile
from bookkit.forecast import ForecastError, Question, load
from bookkit.models import brier_score

SOURCE = next(one.id for one in data.all_sources() if "2021-01-01" < one.date < "2021-04-09")
LATER = next(one.id for one in data.all_sources() if "2021-05-01" < one.date < "2022-01-01")
UPDATE = f"""\
update_on: 2021-04-20
    update_known: Clouds came.
    update_sources: [{SOURCE}]
    """
GOOD = f"""\
questions:
  - id: F1
    question: Will it rain by 30 April?
    asked_on: 2021-04-09
    known: It was dry.
    known_sources: [{SOURCE}]
    rule: Yes if the station reports rain.
    outcome: true
    decided_on: 2021-04-22
    resolution: It rained on 22 April.
    sources: [{SOURCE}]
  - id: F2
    question: Will it snow by 30 April?
    asked_on: 2021-04-20
    rule: Yes if the station reports snow.
    outcome: false
    decided_on: 2021-04-30
    resolution: It did not snow.
    sources: [{SOURCE}]
"""


@pytest.fixture
def written(tmp_path: Path) -> Callable[..., tuple[Question, ...]]:
    """Write the file of forecasts, GOOD with one piece replaced, and load it."""

    def write(old: str = "", new: str = "") -> tuple[Question, ...]:
        assert old in GOOD
        path = tmp_path / "forecasts.yml"
        path.write_text(GOOD.replace(old, new, 1) if old else GOOD, encoding="utf-8")
        return load(path)

    return write


BROKEN = {
    "a missing rule": (
        "    rule: Yes if the station reports rain.\n",
        "",
        "line 2, question F1, field rule: is missing. Write the rule that decides the question",
    ),
    "a rule that is none": (
        "rule: Yes if the",
        "rule: The",
        'line 7, question F1, field rule: "The station reports rain." will not do. Write the rule',
    ),
    "no question": (
        "Will it rain by 30 April?",
        "It will rain by 30 April.",
        'field question: "It will rain by 30 April." will not do. Write a question of yes or no',
    ),
    "an outcome in words": (
        "outcome: true",
        "outcome: likely",
        'line 8, question F1, field outcome: "likely" will not do. Write true (it happened) or',
    ),
    "a day in words": (
        "asked_on: 2021-04-20",
        "asked_on: 20 April",
        'question F2, field asked_on: "20 April" will not do. Write the freeze date as YYYY-MM-DD.',
    ),
    "a day that does not exist": (
        "decided_on: 2021-04-30",
        "decided_on: '2021-04-31'",
        "question F2, field decided_on: 2021-04-31 is no day of the calendar.",
    ),
    "an answer known when asked": (
        "decided_on: 2021-04-22",
        "decided_on: 2021-04-09",
        "line 9, question F1, field decided_on: 2021-04-09 is not after 2021-04-09: the answer was",
    ),
    "an unknown source": (
        f"It rained on 22 April.\n    sources: [{SOURCE}]",
        "It rained on 22 April.\n    sources: [no-such]",
        "question F1, field sources 1: 'no-such' is not in data/sources.bib.",
    ),
    "no source": (
        f"It did not snow.\n    sources: [{SOURCE}]",
        "It did not snow.\n    sources: []",
        "question F2, field sources: [] will not do. List ids from data/sources.bib",
    ),
    "what was known without a source": (
        f"    known_sources: [{SOURCE}]\n",
        "",
        "will not do. Give known and known_sources together, or neither; and update_on,",
    ),
    "an update without what is new": (
        "outcome: true",
        "update_on: 2021-04-20\n    outcome: true",
        "update_on, update_known and update_sources all three, or none.",
    ),
    "an update after the answer": (
        "outcome: true",
        f"{UPDATE.replace('04-20', '04-22')}outcome: true",
        "question F1, field update_on: 2021-04-22 does not lie between 2021-04-09 and 2021-04-22:",
    ),
    "an update on the first day": (
        "outcome: true",
        f"{UPDATE.replace('04-20', '04-09')}outcome: true",
        "question F1, field update_on: 2021-04-09 does not lie between 2021-04-09 and 2021-04-22:",
    ),
    "an update on no day": (
        "outcome: true",
        f"{UPDATE.replace('04-20', '04-31')}outcome: true",
        "question F1, field update_on: 2021-04-31 is no day of the calendar.",
    ),
    "a source from after the update": (
        "outcome: true",
        f"{UPDATE.replace(SOURCE, LATER)}outcome: true",
        f"question F1, field update_sources 1: {LATER} is of 2021-",
    ),
    "a source from after the freeze": (
        f"known_sources: [{SOURCE}]",
        f"known_sources: [{LATER}]",
        f"question F1, field known_sources 1: {LATER} is of 2021-",
    ),
    "an id twice": (
        "id: F2",
        "id: F1",
        "line 12, question F1, field id: is used twice. Give each question its own id.",
    ),
    "an unknown field": (
        "outcome: false",
        "outcome: false\n    reason: none",
        "question F2, field reason: is not known here.",
    ),
    "no YAML": ("asked_on: 2021-04-20", "asked_on: [", "data/forecasts.yml, line"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_file_is_refused_with_line_question_field_and_mend(
    case: str, written: Callable[..., tuple[Question, ...]]
) -> None:
    old, new, message = BROKEN[case]
    with pytest.raises(ForecastError) as refused:
        written(old, new)
    assert str(refused.value).startswith("data/forecasts.yml, line")
    assert message in str(refused.value)


def test_a_good_file_is_read(written: Callable[..., tuple[Question, ...]]) -> None:
    rain, snow = written()
    assert (rain.id, rain.outcome, rain.asked_on) == ("F1", True, "2021-04-09")
    assert snow.known == "" and snow.sources == (SOURCE,)


def test_a_question_that_stays_open_is_asked_again_under_an_id_and_version_of_its_own(
    written: Callable[..., tuple[Question, ...]],
) -> None:
    rain, snow = written("outcome: true", f"{UPDATE}outcome: true")
    assert snow.update is None
    assert rain.update and (rain.update.id, rain.update.on) == ("F1.2", "2021-04-20")
    assert rain.update.version != rain.version == written()[0].version


def test_a_changed_question_or_rule_changes_the_version_and_better_words_do_not(
    written: Callable[..., tuple[Question, ...]],
) -> None:
    before = written()[0].version
    assert written("rain by 30", "rain by 29")[0].version != before
    assert written("station reports rain", "stations report rain")[0].version != before
    assert written("It rained on 22 April.", "Rain fell on 22 April.")[0].version == before


def test_every_field_of_the_schema_says_how_to_mend_it() -> None:
    schema = forecast._schema()
    fields = schema["$defs"]["question"]["properties"]
    assert [name for name, rule in fields.items() if not yamlfile.mend(rule, schema)] == []


# ---- the questions of the book -------------------------------------------------------------------


def test_the_book_asks_ten_questions_frozen_on_two_days() -> None:
    questions = load()
    assert [one.id for one in questions] == [f"F{n}" for n in range(1, 11)]
    assert {one.asked_on for one in questions} == {"2021-04-09", "2021-04-20"}
    assert 3 <= sum(one.outcome for one in questions) <= 7  # always saying no must not pay


def test_every_question_of_the_first_freeze_that_was_open_at_the_second_is_asked_again() -> None:
    still_open = {
        one.id for one in load() if one.asked_on < "2021-04-20" and one.decided_on > "2021-04-20"
    }
    assert {one.id for one in load() if one.update} == still_open == {"F1", "F4"}


def test_a_question_that_does_not_exist_is_named_with_what_does() -> None:
    with pytest.raises(ForecastError, match=r"has no question 'F99'\. Did you mean"):
        forecast.forecast("F1", "F99")
    with pytest.raises(ForecastError, match="name each question only once"):
        forecast.forecast_scores("F1", "F1")
    with pytest.raises(ForecastError, match="name the questions"):
        forecast.forecast()
    with pytest.raises(ForecastError, match="question F2: has no field update_on"):
        forecast.forecast_update("F1", "F2")


# ---- the page ------------------------------------------------------------------------------------


def test_a_page_that_asks_gives_no_outcome_away() -> None:
    for one in load():
        html = forecast.render([one], "forecast") + forecast.render_sheet([one])
        html += forecast.render([one], "update") if one.update else ""
        assert one.resolution not in html and "data-outcome" not in html
        later = set(one.sources) - set(one.known_sources) - set(one.update_sources)
        assert later and not [source for source in later if f'#{source}"' in html]
        assert (
            one.resolution in lxml.html.fromstring(forecast.render([one], "score")).text_content()
        )


def test_without_scripts_the_outcome_is_folded_and_names_its_sources() -> None:
    page = lxml.html.fromstring(forecast.forecast_scores().page)
    outcomes = page.xpath(".//details[@class='bk-outcome']")
    assert len(outcomes) == len(load()) and not page.xpath(".//details[@open]")
    assert all("sources.html#" in str(link) for one in outcomes for link in one.xpath(".//a/@href"))


def test_text_from_the_file_is_never_html(written: Callable[..., tuple[Question, ...]]) -> None:
    questions = written("It rained on", "<img src=x onerror=alert(1)> on")
    assert "<img" not in forecast.render(questions, "score")


@pytest.mark.parametrize(
    "html",
    [
        lambda: forecast.forecast("F1", "F2").page,
        lambda: forecast.forecast_update().page,
        lambda: forecast.forecast_scores().page,
        lambda: forecast.brier_scorer().page,
        lambda: forecast.log_sheet()._repr_html_(),
    ],
    ids=["forecast", "update", "scores", "scorer", "sheet"],
)
def test_the_html_obeys_the_pages_strict_policy(html: Callable[[], str]) -> None:
    page = lxml.html.fromstring(html())
    assert not page.xpath(".//*[@style] | .//script | .//style")
    assert not [name for node in page.iter() for name in node.attrib if name.startswith("on")]
    for control in page.xpath(".//input | .//textarea"):
        labels = page.xpath(f".//label[@for='{control.get('id')}']")
        assert control.xpath("ancestor::label") or labels, "a control without a label"


def test_without_scripts_the_scorer_shows_the_worked_example() -> None:
    text = " ".join(lxml.html.fromstring(forecast.render_scorer()).text_content().split())
    assert "Mean Brier score: 0.313" in text and "= −0.253, worse than always" in text
    assert round(brier_score(*forecast.EXAMPLE), 3) == 0.313


# ---- the live widgets ----------------------------------------------------------------------------


def test_what_the_reader_commits_can_be_read_in_python() -> None:
    widget = forecast.forecast("F1")
    record = {"version": "v", "percent": 35, "why": "", "at": "2026-01-01", "revealed": False}
    message: Any = {"content": {"data": {"method": "update", "state": {"records": {"F1": record}}}}}
    widget._handle_msg({**message, "buffers": []})
    assert widget.forecasts == {"F1": 0.35}


def test_places_of_one_notebook_share_what_was_committed() -> None:
    asked = forecast.forecast("F1")
    record = {"version": load()[0].version, "percent": 35, "why": "", "at": "2026-01-01"}
    asked.records = {"F1": record, "F2": {**record, "version": "old"}}
    again, other = forecast.forecast_update("F1"), forecast.forecast("F5")
    assert again.forecasts == {"F1": 0.35} and other.forecasts == {}
    assert again._versions["F1.2"] != again._versions["F1"]
    again.records = {**again.records, "F1.2": {**record, "version": again._versions["F1.2"]}}
    assert "F1.2" in asked.forecasts
    asked.records = again.records = {}


def test_the_printed_log_has_a_row_and_an_empty_field_for_each_question() -> None:
    rows = lxml.html.fromstring(forecast.render_sheet(load())).xpath(".//tbody/tr")
    assert [row.xpath("string(.//span)") for row in rows] == [one.id for one in load()]
    for row, one in zip(rows, load(), strict=True):
        cells = [cell.text_content() for cell in row.xpath("./td")]
        assert cells == ["", "", "" if one.update else "not asked", "", ""]


def test_the_widgets_show_the_live_form_and_carry_the_page() -> None:
    for widget in (forecast.forecast("F1"), forecast.forecast_scores(), forecast.brier_scorer()):
        bundle, _ = widget._repr_mimebundle_()
        assert "application/vnd.jupyter.widget-view+json" in bundle
        assert bundle["text/html"].startswith('<section class="bk-forecast')
    assert "sources.md#" in forecast.forecast_scores().html


def test_no_two_elements_of_a_page_share_an_id() -> None:
    one = load()[:1]
    html = "".join(forecast.render(one, place) for place in ("forecast", "update", "score"))
    ids = lxml.html.fromstring(html).xpath("//@id")
    assert len(ids) == len(set(ids))
