"""Promises of the forecasts to readers: commit first, see the outcome and the score afterwards."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import Visit, visits
from playwright.sync_api import Browser, Locator, Page
from test_forecast import GOOD, UPDATE
from test_quiz_browser import NOTEBOOK, STYLE

from bookkit import assets
from bookkit.forecast import BrierScorer, ForecastWidget, load, render, render_scorer, render_sheet
from bookkit.models import brier_score, brier_skill
from bookkit.sphinx import POLICY

HEAD = f"""<!DOCTYPE html>
<html lang="en" data-theme="light"><head><meta charset="utf-8"><title>A chapter</title>
<meta http-equiv="Content-Security-Policy" content="{POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="page.css"><script src="forecast.js" defer></script></head>
<body><main><h1>A chapter</h1>"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Pages that ask, that score, and the scorer."""
    out = tmp_path_factory.mktemp("forecast")
    (out / "forecasts.yml").write_text(GOOD, "utf-8")
    questions = load(out / "forecasts.yml")
    pages = {
        "ask": render(questions, "forecast"),
        "scores": render(questions, "score"),
        "scorer": render_scorer(),
    }
    (out / "again.yml").write_text(GOOD.replace("outcome: true", f"{UPDATE}outcome: true"), "utf-8")
    again = load(out / "again.yml")
    parts = [(again, "forecast"), (again[:1], "update"), (again, "score")]
    pages["log"] = "".join(render(*part) for part in parts) + render_sheet(again)
    for name, html in pages.items():
        (out / f"{name}.html").write_text(f"{HEAD}{html}</main></body></html>", "utf-8")
    (out / "forecast.js").write_text(assets.component("forecast"), encoding="utf-8")
    styles = [(assets.WEB / name).read_text("utf-8") for name in ("tokens.css", "forecast.css")]
    (out / "page.css").write_text("\n".join([*styles, STYLE]), encoding="utf-8")
    yield out


@pytest.fixture
def visit(browser: Browser, folder: Path) -> Iterator[Callable[..., Visit]]:
    with visits(browser, folder.as_uri()) as open_page:
        yield open_page


@pytest.fixture
def page(visit: Callable[..., Visit]) -> Iterator[Page]:
    """The page that scores; afterwards no script error."""
    seen = visit("scores.html")
    yield seen.page
    assert seen.errors == [] and seen.foreign == []


def question(page: Page, name: str) -> Locator:
    return page.locator(f"[data-id='{name}']")


def commit(page: Page, name: str, text: str) -> str:
    """Write a probability and commit it; return what is said."""
    question(page, name).get_by_label("Probability of yes").fill(text)
    question(page, name).get_by_role("button", name="Commit").click()
    return said(page, name)


def said(page: Page, name: str) -> str:
    return question(page, name).locator(".bk-said").inner_text().replace("\xa0", " ")


def show(page: Page) -> str:
    """Ask what happened; return the summary."""
    page.locator(".bk-show").click()
    return page.locator(".bk-forecast-summary").inner_text().replace("\xa0", " ")


def record(page: Page, name: str) -> Any:
    text = page.evaluate("key => localStorage.getItem(key)", f"bookkit:1:forecast:{name}")
    return json.loads(text) if text else None


# ---- commit first --------------------------------------------------------------------------------


def test_the_outcome_waits_for_the_forecast(page: Page) -> None:
    assert show(page) == "Commit a forecast first; then its outcome is shown."
    assert not page.get_by_text("It rained on 22 April.").is_visible()
    assert commit(page, "F1", "35").startswith("Committed on ")
    assert "35 %" in said(page, "F1")
    assert not page.get_by_text("It rained on 22 April.").is_visible()
    summary = show(page)
    assert page.get_by_text("It rained on 22 April.").is_visible()
    assert not page.get_by_text("It did not snow.").is_visible()
    assert "You said 35 %; it happened. Brier score: (0.35 − 1)² = 0.42" in said(page, "F1")
    assert "Of 2 questions you answered 1." in summary


def test_scores_are_those_of_the_model(page: Page) -> None:
    commit(page, "F1", "80")
    commit(page, "F2", "30 %")
    summary = show(page)
    expected = brier_score([0.8, 0.3], [1, 0])
    assert f"Mean Brier score: {expected:.3f}" in summary
    assert f"= {brier_skill(expected):.3f}, better than always saying 50 %." in summary


def test_a_forecast_can_be_changed_until_the_outcome_is_shown(page: Page) -> None:
    commit(page, "F1", "35")
    field = question(page, "F1").get_by_label("Probability of yes")
    assert field.get_attribute("readonly") is not None
    question(page, "F1").get_by_role("button", name="Change my forecast").click()
    assert field.evaluate("e => e === document.activeElement && !e.readOnly")
    commit(page, "F1", "60")
    assert record(page, "F1")["percent"] == 60
    show(page)
    assert not question(page, "F1").get_by_role("button").is_visible()
    page.reload()
    assert "You said 60 %; it happened." in said(page, "F1")
    assert not question(page, "F1").get_by_role("button").is_visible()
    assert field.get_attribute("readonly") is not None


def test_a_change_that_was_not_committed_does_not_count(page: Page) -> None:
    commit(page, "F1", "35")
    question(page, "F1").get_by_role("button", name="Change my forecast").click()
    question(page, "F1").get_by_label("Probability of yes").fill("99")
    show(page)
    assert "You said 35 %" in said(page, "F1")
    assert question(page, "F1").get_by_label("Probability of yes").input_value() == "35"


@pytest.mark.parametrize(
    "text", ["", "0", "100", "-5", "35.5", "0.35", "35,5", "abc", "1e1", "３５"]
)
def test_only_a_whole_per_cent_from_1_to_99_is_taken(text: str, page: Page) -> None:
    assert "Write a whole number from 1 to 99" in commit(page, "F1", text)
    field = question(page, "F1").get_by_label("Probability of yes")
    assert field.evaluate("e => e === document.activeElement && e.ariaInvalid === 'true'")
    assert record(page, "F1") is None


@pytest.mark.parametrize(("text", "percent"), [("1", 1), ("99", 99), (" 7 % ", 7), ("07", 7)])
def test_a_per_cent_may_be_written_as_people_do(text: str, percent: int, page: Page) -> None:
    commit(page, "F1", text)
    assert record(page, "F1")["percent"] == percent


def test_chapters_share_the_forecast_and_a_shown_outcome_locks_it(
    visit: Callable[..., Visit],
) -> None:
    first = visit("ask.html")
    question(first.page, "F1").get_by_label("Your reason").fill("Clouds.")
    commit(first.page, "F1", "35")
    saved = record(first.page, "F1")
    assert saved == {**saved, "percent": 35, "why": "Clouds.", "revealed": False}
    assert saved["version"] == question(first.page, "F1").get_attribute("data-version")
    assert saved["at"].endswith("Z")
    later = visit("scores.html", context=first.page.context)
    show(later.page)
    first.page.reload()
    assert "it stands" in said(first.page, "F1")
    assert not question(first.page, "F1").get_by_role("button").is_visible()
    assert first.errors == later.errors == []


def test_by_keyboard_alone(page: Page) -> None:
    question(page, "F1").get_by_label("Probability of yes").focus()
    for key in ("4", "0", "Enter"):
        page.keyboard.press(key)
    assert record(page, "F1")["percent"] == 40
    assert page.evaluate("document.activeElement !== document.body")


@pytest.mark.parametrize(
    "junk",
    ["{", "7", "null", "[]", '{"percent": 35}', '{"version": "V", "percent": "35", "at": "x"}',
     '{"version": "V", "percent": 135, "at": "2026-01-01"}',
     '{"version": "V", "percent": 35.5, "at": "2026-01-01"}',
     '{"version": "V", "percent": 35, "at": "yesterday", "revealed": true}',
     '{"version": "old", "percent": 35, "at": "2026-01-01", "revealed": true}'],
)  # fmt: skip
def test_corrupt_records_do_no_harm(junk: str, page: Page) -> None:
    version = question(page, "F1").get_attribute("data-version")
    page.evaluate(
        "text => localStorage.setItem('bookkit:1:forecast:F1', text)", junk.replace("V", version)
    )
    page.reload()
    assert said(page, "F1") == "" and not page.get_by_text("It rained").is_visible()
    assert commit(page, "F1", "35").startswith("Committed on ")


def test_without_storage_everything_works_unsaved(
    browser: Browser, visit: Callable[..., Visit]
) -> None:
    context = browser.new_context()
    context.add_init_script(
        "Object.defineProperty(window, 'localStorage', { get() { throw new Error('off'); } })"
    )
    seen = visit("scores.html", context=context)
    commit(seen.page, "F1", "80")
    assert "Mean Brier score: 0.040" in show(seen.page)
    assert seen.errors == []
    context.close()


def test_without_scripts_questions_rules_and_folded_outcomes_can_be_read(
    visit: Callable[..., Visit],
) -> None:
    page = visit("scores.html", javascript=False).page
    assert page.get_by_text("Yes if the station reports rain.").is_visible()
    assert page.get_by_text("write your probability on paper").is_visible()
    assert not page.get_by_role("button", name="Commit").first.is_visible()
    question(page, "F1").locator("summary").click()
    assert page.get_by_text("It rained on 22 April.").is_visible()


# ---- an update at the second freeze --------------------------------------------------------------


@pytest.fixture
def log(visit: Callable[..., Visit]) -> Iterator[Page]:
    """A page that asks, asks again and scores; afterwards no script error."""
    seen = visit("log.html")
    yield seen.page
    assert seen.errors == [] and seen.foreign == []


def place(page: Page, name: str) -> Locator:
    return page.locator(f"#{name}")


def put(page: Page, name: str, text: str) -> None:
    place(page, name).get_by_label("Probability of yes").fill(text)
    place(page, name).get_by_role("button", name="Commit").click()


def test_an_update_waits_for_the_first_forecast_and_keeps_it(log: Page) -> None:
    assert "no forecast of 9 April 2021 yet" in place(log, "update-F1").inner_text()
    assert not place(log, "update-F1").get_by_role("button").is_visible()
    put(log, "forecast-F1", "35")
    shown = place(log, "update-F1").inner_text().replace("\xa0", " ")
    assert "On 9 April 2021 you said 35 %." in shown
    put(log, "update-F1", "60")
    assert (record(log, "F1")["percent"], record(log, "F1.2")["percent"]) == (35, 60)
    log.reload()
    assert place(log, "forecast-F1").get_by_label("Probability of yes").input_value() == "35"
    assert place(log, "update-F1").get_by_label("Probability of yes").input_value() == "60"


def test_first_forecast_and_update_are_both_scored(log: Page) -> None:
    put(log, "forecast-F1", "30")
    put(log, "forecast-F2", "10")
    put(log, "update-F1", "60")
    summary = show(log)
    said = place(log, "score-F1").inner_text().replace("\xa0", " ")
    assert "On 20 April 2021 you said 60 %: (0.6 − 1)² = 0.160, better than your first." in said
    assert f"Mean Brier score: {brier_score([0.3, 0.1], [1, 0]):.3f}" in summary
    assert f"your first forecasts score {brier_score([0.3], [1]):.3f} on average" in summary
    assert f"and your updates {brier_score([0.6], [1]):.3f}." in summary
    assert record(log, "F1.2")["revealed"] is True


def test_after_the_outcome_no_update_is_taken(log: Page) -> None:
    put(log, "forecast-F1", "35")
    show(log)
    assert "too late for an update" in place(log, "update-F1").inner_text()
    assert not place(log, "update-F1").get_by_role("button").is_visible()
    assert record(log, "F1.2") is None


def test_places_of_one_page_show_what_another_has_committed(log: Page) -> None:
    put(log, "forecast-F2", "10")
    field = place(log, "score-F2").get_by_label("Probability of yes")
    assert field.input_value() == "10" and field.get_attribute("readonly") is not None
    assert log.locator(".bk-show").inner_text() == "Show what happened (1)"


# ---- the scorer ----------------------------------------------------------------------------------

READ: dict[str, list[float]] = {
    "0.2, 0.7, 0.9": [0.2, 0.7, 0.9],
    "0.2,0.7,0.9": [0.2, 0.7, 0.9],
    "0,2; 0,7; 0,9": [0.2, 0.7, 0.9],
    "0,2 0,7 0,9": [0.2, 0.7, 0.9],
    "0,2, 0,7, 0,9": [0.2, 0.7, 0.9],
    "0,2\n0,7\n0,9\n": [0.2, 0.7, 0.9],
    "20 %, 70 %, 90 %": [0.2, 0.7, 0.9],
    "20%,70%,90%": [0.2, 0.7, 0.9],
    "20\u202f%\t70\u00a0%\t90%": [0.2, 0.7, 0.9],
    "20 70 90": [0.2, 0.7, 0.9],
    "20,70,90": [0.2, 0.7, 0.9],
    "12,5 %; 70 %": [0.125, 0.7],
    ".5 1 0": [0.5, 1, 0],
    "100 0 50": [1, 0, 0.5],
    "1 %, 99 %": [0.01, 0.99],
    "0.5": [0.5],
}
REFUSED = {
    "": "There is no forecast yet.",
    "0.2 seventy": "Forecast 2, “seventy”, is no probability.",
    "0.2 0.7 120": "Forecast 3, “120”, is no probability.",
    "-0.2": "Forecast 1, “-0.2”, is no probability.",
    "20 % 1e3": "Forecast 2, “1e3”, is no probability.",
    "0.2 70": "“70” looks like per cent and “0.2” like a fraction.",
    "0,2,0,7": "“0,2,0,7” can be read in two ways.",
    "20,70": "“20,70” can be read in two ways.",
    "0.2 0.7.1": "Forecast 2, “0.7.1”, is no probability.",
    "0.1 " * 1001: "These are 1001 forecasts.",
}
OUTCOMES = {
    "0, 1, 0": [0, 1, 0],
    "0,1,0": [0, 1, 0],
    "no; yes\nNO": [0, 1, 0],
    "0 1.0 false": [0, 1, 0],
}


def test_forecasts_are_read_as_people_write_them(visit: Callable[..., Visit]) -> None:
    page = visit("scorer.html").page
    for text, values in READ.items():
        read = page.evaluate("text => bookkitBrier.readForecasts(text)", text)
        assert read.get("values") == pytest.approx(values), (text, read)
    for text, values in OUTCOMES.items():
        assert page.evaluate("text => bookkitBrier.readOutcomes(text)", text) == {"values": values}


def score(page: Page, forecasts: str, outcomes: str) -> str:
    page.get_by_role("textbox", name="Forecasts").fill(forecasts)
    page.get_by_role("textbox", name="Outcomes").fill(outcomes)
    page.get_by_role("button", name="Work out the score").click()
    return page.locator(".bk-said").inner_text().replace("\xa0", " ")


def test_a_bad_entry_is_named_and_the_old_score_goes(visit: Callable[..., Visit]) -> None:
    page = visit("scorer.html").page
    for text, problem in REFUSED.items():
        assert "0.313" in score(page, "0.2 0.7 0.9", "0 1 0")
        assert problem in score(page, text, "0 1 0")
        assert page.locator("tbody tr").count() == 0
        assert page.get_by_role("textbox", name="Forecasts").evaluate(
            "e => e === document.activeElement"
        )
    assert "Outcome 2, “maybe”, is neither yes nor no." in score(page, "0.5 0.5", "1 maybe")
    assert "There is no outcome yet." in score(page, "0.5", " ")
    assert "Forecasts: 3. Outcomes: 2. Give one outcome" in score(page, "0.2 0.7 0.9", "0 1")


def test_page_and_python_agree_on_the_same_inputs(visit: Callable[..., Visit]) -> None:
    page = visit("scorer.html").page
    cases: list[tuple[list[float], list[int]]] = [
        ([0.2, 0.7, 0.9], [0, 1, 0]),
        ([0.5], [1]),
        ([0.0, 1.0], [0, 1]),
        ([0.01, 0.99], [1, 0]),
        ([0.1] * 10 + [0.3] * 10 + [0.8] * 10,
         [1] + [0] * 9 + [1] * 4 + [0] * 6 + [1] * 7 + [0] * 3),
        ([0.5, 0.5], [0, 1]),
    ]  # fmt: skip
    for forecasts, outcomes in cases:
        mean = page.evaluate("([f, o]) => bookkitBrier.score(f, o)", [forecasts, outcomes])
        assert mean == pytest.approx(brier_score(forecasts, outcomes), abs=1e-9)
        assert page.evaluate("mean => bookkitBrier.skill(mean)", mean) == pytest.approx(
            brier_skill(brier_score(forecasts, outcomes)), abs=1e-9
        )
        words = score(page, " ".join(map(str, forecasts)), " ".join(map(str, outcomes)))
        skill = f"{brier_skill(brier_score(forecasts, outcomes)):.3f}".replace("-", "−")
        assert f"{brier_score(forecasts, outcomes):.3f} (0 is best" in words
        assert f"= {skill}, " in words


def test_the_first_words_are_those_the_script_would_say(visit: Callable[..., Visit]) -> None:
    page = visit("scorer.html").page
    before = page.locator(".bk-said").inner_text(), page.locator("tbody").inner_text()
    page.get_by_role("button", name="Work out the score").click()
    after = page.locator(".bk-said").inner_text(), page.locator("tbody").inner_text()
    assert [text.replace("\xa0", " ") for text in after] == list(before)


# ---- every reader --------------------------------------------------------------------------------


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_nothing_and_320_pixels_are_wide_enough(
    dark: bool, visit: Callable[..., Visit]
) -> None:
    for name in ("ask", "scores", "scorer", "log"):
        seen = visit(f"{name}.html", width=320, dark=dark)
        seen.page.evaluate("theme => { document.documentElement.dataset.theme = theme }",
                           "dark" if dark else "light")  # fmt: skip
        if name == "scorer":
            score(seen.page, "0.2 x", "1 0")
        elif name == "log":
            put(seen.page, "forecast-F1", "35")
        else:
            commit(seen.page, "F1", "35")
            commit(seen.page, "F2", "x")
        if name == "scores":
            show(seen.page)
        assert seen.errors == [] and seen.axe() == []
        assert seen.page.evaluate("document.documentElement.scrollWidth") == 320


# ---- the live widgets ----------------------------------------------------------------------------

SCORER = NOTEBOOK.replace("{ html, records }", "{ html }").replace(
    "structuredClone(state.records)", "structuredClone(state)"
)


def test_live_the_same_script_hands_its_results_to_python(browser: Browser, folder: Path) -> None:
    widget = ForecastWidget(load(folder / "forecasts.yml"), "score")
    page = browser.new_page()
    page.evaluate(NOTEBOOK, [widget._esm, widget.html, widget.records])
    commit(page, "F2", "20")
    widget.records = page.evaluate("window.saved")
    assert widget.forecasts == {"F2": 0.2}
    page.close()

    scorer = BrierScorer()
    page = browser.new_page()
    page.evaluate(SCORER, [scorer._esm, scorer.html, None])
    score(page, "20 %, 90 %", "no, yes")
    saved = page.evaluate("window.saved")
    assert saved["forecasts"] == [0.2, 0.9] and saved["outcomes"] == [0, 1]
    assert saved["score"] == pytest.approx(brier_score([0.2, 0.9], [0, 1]))
    page.close()
