"""Promises of the forecasting lab: frozen dossiers, honest numbers, two forms that differ in one
paragraph, nothing that spoils the rest."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
import pytest
from conftest import ROOT
from test_chapters import MONTHS, grade, prose

from bookkit import data, forecast
from bookkit.data import table
from bookkit.hindsight import detected_share
from bookkit.models import brier_score, posterior

LABS = ROOT / "chapters" / "labs"
LAB = LABS / "forecasting-log.ipynb"
DOSSIERS = {"2021-04-09": LABS / "dossier-9-april.md", "2021-04-20": LABS / "dossier-20-april.md"}
MONTH = {name: number for number, name in enumerate(MONTHS.split(), start=1)}
DAY = re.compile(
    rf"(?<!\d)(\d{{1,2}})(?: (?:and|to) (\d{{1,2}}))? ({'|'.join(MONTH)})(?: (\d{{4}}))?"
)
CALENDAR = "On the calendar"
HINDSIGHT = (
    "later", "eventually", "in the end", "turned out", "would prove", "as we now know", "at first",
    "in fact", "full-scale", "rehearsal", "prelude", "finally", "still to come", "Zapad-2021",
)  # fmt: skip


def cells(kind: str = "markdown") -> list[Any]:
    return [cell for cell in nbformat.read(LAB, 4).cells if cell.cell_type == kind]


LAB_TEXT = "\n\n".join(cell.source for cell in cells())


# ---- the dossiers --------------------------------------------------------------------------------


def days_in(text: str) -> Iterator[str]:
    """Every day that a text names, as YYYY-MM-DD; without a year it is of 2021."""
    for first, second, month, year in DAY.findall(text):
        for day in (first, second):
            if day:
                yield f"{year or 2021}-{MONTH[month]:02}-{int(day):02}"


def too_late(text: str, freeze: str) -> list[str]:
    """What a dossier names that nobody could know on its day: days, years and words."""
    told, calendar = parts(text)
    found = [day for day in days_in(told) if day > freeze]
    for label in re.findall(r"\[([^\]]*)\]\(\.\./reference/sources", calendar):
        found += [day for day in days_in(label) if day > freeze]
    found += [year for year in re.findall(r"\b20\d\d\b", text) if year > freeze[:4]]
    words = re.sub(r"^\*It is.*\*$", "", text, flags=re.M)
    return found + [word for word in HINDSIGHT if re.search(rf"\b{word}\b", words)]


def parts(text: str) -> tuple[str, str]:
    """A dossier without its calendar of what was announced, and that calendar."""
    head, _, rest = text.partition(f"## {CALENDAR}\n")
    calendar, _, tail = rest.partition("\n## ")
    return head + tail, calendar


def late_sources(text: str, freeze: str) -> list[str]:
    """Sources that are not surely as old as the freeze: a month or year must lie wholly before."""
    ids = set(re.findall(r"sources\.md#([a-z0-9-]+)", text))
    return [
        one.id
        for one in data.sources(sorted(ids))
        if one.date > freeze or (len(one.date) < 10 and freeze.startswith(one.date))
    ]


@pytest.mark.parametrize("freeze", DOSSIERS)
def test_a_dossier_knows_nothing_that_was_published_after_its_day(freeze: str) -> None:
    text = DOSSIERS[freeze].read_text(encoding="utf-8")
    assert late_sources(text, freeze) == []
    assert too_late(text, freeze) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("## Who says what it is", "On 22 April it ended.\n\n## Who says what it is"),
        ("| 28 |", "| 28 on 30 April |"),
        ("## Who says what it is", "The camp of 2022.\n\n## Who says what it is"),
        ("## Who says what it is", "It turned out well.\n\n## Who says what it is"),
        ("[TASS, 5 April]", "[TASS, 21 April]"),
    ],
)
def test_later_knowledge_in_a_dossier_is_found(old: str, new: str) -> None:
    text = DOSSIERS["2021-04-09"].read_text(encoding="utf-8")
    assert old in text and too_late(text.replace(old, new, 1), "2021-04-09")


def test_a_source_of_the_next_day_or_of_an_unknown_day_is_found() -> None:
    text = (
        "[a](sources.md#usosce-0410) [b](sources.md#cit-pogonovo) [c](sources.md#reuters-np-0408)"
    )
    assert late_sources(text, "2021-04-09") == ["cit-pogonovo", "usosce-0410"]


@pytest.mark.parametrize("freeze", DOSSIERS)
def test_what_is_on_the_calendar_was_announced_by_then(freeze: str) -> None:
    _, calendar = parts(DOSSIERS[freeze].read_text(encoding="utf-8"))
    entries = [line for line in calendar.splitlines() if line.startswith("- ")]
    assert len(entries) >= 4 and all("sources.md#" in entry for entry in entries)


@pytest.mark.parametrize("freeze", DOSSIERS)
def test_a_dossier_has_every_part_and_fills_two_pages(freeze: str) -> None:
    text = DOSSIERS[freeze].read_text(encoding="utf-8")
    assert re.findall(r"^## (.+)$", text, re.M) == [
        "What has happened",
        "Who says what it is",
        "Who counted what",
        "Earlier cases",
        CALENDAR,
        "What we could not find in public",
    ]
    without_sources = re.sub(r"\[[^\]]*\]\([^)]*\)", "", text)
    assert 600 <= len(re.findall(r"[\w][\w’',.-]*", without_sources)) <= 850
    for line in text.splitlines():
        if re.match(r"- \*\*|\| (?!-|Who|Case)", line):
            assert "sources.md#" in line, f"no source: {line[:60]}"


@pytest.mark.parametrize("freeze", DOSSIERS)
def test_the_earlier_cases_of_a_dossier_are_those_of_the_table(freeze: str) -> None:
    text = DOSSIERS[freeze].read_text(encoding="utf-8")
    section = text.split("## Earlier cases")[1].split("\n## ")[0]
    rows = [line for line in section.splitlines() if line.startswith("| ")][2 - 1 :]
    cases = table("base-rates")
    assert len(rows) == len(cases)
    for row, case in zip(rows, cases.itertuples(), strict=True):
        assert f"{case.people:,}" in row, row
        ids = set(re.findall(r"sources\.md#([a-z0-9-]+)", row))
        assert ids <= set(case.sources.split(";")), row


def test_every_source_of_the_earlier_cases_was_public_at_the_first_freeze() -> None:
    ids = sorted({one for row in table("base-rates").sources for one in row.split(";")})
    assert [one.id for one in data.sources(ids) if one.date > "2021-04-09"] == []


@pytest.mark.parametrize("freeze", DOSSIERS)
def test_a_dossier_reads_at_grade_ten(freeze: str) -> None:
    text = DOSSIERS[freeze].read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("|")]
    plain = re.sub(r" ?\(\[.*?\)\)|\[([^\]]*)\]\([^)]*\)", r"\1", "\n".join(lines))
    assert grade(prose(plain)) <= 10


# ---- the lab page --------------------------------------------------------------------------------


def test_the_head_says_minutes_and_tasks_and_they_add_up() -> None:
    head = cells()[0].metadata["bookkit"]
    assert sum(task["minutes"] for task in head["tasks"]) == head["minutes"]
    assert f"{head['minutes']} minutes" in cells()[0].source
    for objective in head["objectives"]:
        assert objective.rstrip(".").lower() in cells()[0].source.lower()
    for row, task in zip(re.findall(r"\| (\d+) \|$", LAB_TEXT, re.M), head["tasks"], strict=False):
        assert int(row) == task["minutes"]


def test_each_freeze_asks_the_questions_of_its_day_and_only_these() -> None:
    code = {cell.id: cell.source for cell in cells("code")}
    for cell, freeze in (("fl-code-first", "2021-04-09"), ("fl-code-second", "2021-04-20")):
        asked = re.findall(r'"(F\d+)"', code[cell])
        assert asked == [one.id for one in forecast.load() if one.asked_on == freeze]
    assert re.findall(r'"(F\d+)"', code["fl-code-update"]) == ["F1", "F4"]


def test_no_outcome_stands_above_the_end_of_the_log_but_where_the_script_hides_it() -> None:
    notebook = nbformat.read(LAB, 4)
    before = json.dumps(notebook.cells)[: json.dumps(notebook.cells).index("## Close the log")]
    for one in forecast.load():
        assert one.resolution not in before and "data-outcome" not in before
        later = set(one.sources) - set(one.known_sources) - set(one.update_sources)
        assert not [name for name in later if f"sources.md#{name}" in before], one.id


def test_the_two_forms_differ_in_their_letter_and_in_one_paragraph() -> None:
    assert difference(*forms()).startswith("What happened next: on 22 April")


def forms() -> tuple[str, str]:
    return tuple(
        re.split(r":name: hindsight-form-.\n(?::class: note\n)?", cell.source)[1].strip()
        for cell in cells()
        if ":name: hindsight-form-" in cell.source
    )  # type: ignore[return-value]


def difference(plain: str, told: str) -> str:
    """The paragraph that only the second form has; fails where anything else differs."""
    first, second = (
        re.sub(r"\*\*Form [KM]\.\*\*", "", form).split("\n\n") for form in (plain, told)
    )
    extra = [part for part in second if part not in first]
    assert len(extra) == 1 and [part for part in second if part not in extra] == first
    return extra[0]


def test_a_form_that_asks_otherwise_is_found() -> None:
    plain, told = forms()
    with pytest.raises(AssertionError):
        difference(plain, told.replace("only what was public", "what was public"))


def test_both_forms_ask_what_the_log_asks() -> None:
    asked = {one.id: one.question for one in forecast.load()}
    for form in forms():
        assert asked["F1"] in form and asked["F7"] in form


def test_the_form_without_the_outcome_is_as_old_as_the_freeze() -> None:
    assert late_sources(forms()[0], "2021-04-20") == []


def test_the_second_form_and_the_direction_are_folded() -> None:
    folded = "".join(re.findall(r"^:::\{dropdown\}.*?^:::$", LAB_TEXT, re.M | re.S))
    unfolded = LAB_TEXT.replace(folded, "")
    for part in re.findall(r"^:::\{dropdown\}.*?^:::$", LAB_TEXT, re.M | re.S):
        unfolded = unfolded.replace(part, "")
    for secret in ("What happened next", "should give higher", "1,591 violations", "0.219"):
        assert secret in folded and secret not in unfolded


def test_the_lab_reads_at_grade_ten() -> None:
    for section in re.split(r"^(?=## )", LAB_TEXT, flags=re.M):
        kept = [line for line in section.splitlines() if not line.startswith("|")]
        words = prose(re.sub(r" ?\(\[.*?\)\)", "", "\n".join(kept)))
        if len(words.split()) > 60:
            assert grade(words) <= 10, f"{section.splitlines()[0]}: {grade(words):.1f}"


# ---- the numbers of the lab ----------------------------------------------------------------------


def laplace(yes: int, of: int) -> float:
    return (yes + 1) / (of + 2)


def test_the_numbers_of_the_training_are_those_of_the_tables() -> None:
    days = table("ceasefire-violations").query("region == 'Donetsk' and days == 1")
    early = days[(days.period_start <= "2021-04-08") & days.violations.notna()]
    loud = early[early.violations > 300].period_start.dt.isocalendar().week
    assert (loud.nunique(), early.period_start.dt.isocalendar().week.nunique()) == (3, 4)
    assert round(100 * laplace(3, 4)) == 67 and "67 per cent" in LAB_TEXT
    week = days[days.period_start.between("2021-04-12", "2021-04-16")]
    net = week.violations - week.exercise.fillna(0)
    assert week.violations.max() == 1591 and net.max() < 300
    assert int(net[week.violations == 1591].iloc[0]) == 63
    renewals = table("eu-sanctions").query("measure == 'sector'").iloc[1:]
    assert len(renewals) == 12 and renewals.date.max() < pd.Timestamp("2021-04-09")
    assert round(100 * laplace(12, 12)) == 93


def test_the_base_rates_are_those_of_the_cases() -> None:
    cases = table("base-rates")
    classes = {
        "all": cases,
        "since": cases[cases.began_on >= "2015-01-01"],
        "called": cases[cases.announced_as != "nothing"],
    }
    counts = {name: (int((c.force_followed == "yes").sum()), len(c)) for name, c in classes.items()}
    assert counts == {"all": (3, 8), "since": (0, 5), "called": (3, 7)}
    assert [round(100 * laplace(*count)) for count in counts.values()] == [40, 14, 44]
    for words in (
        "3 of 8, or 38 per cent",
        "40 per cent",
        "0 of 5",
        "14 per cent",
        "3 of 7, or 43",
    ):
        assert words in LAB_TEXT


def test_the_scores_of_five_guesses_are_those_of_the_model() -> None:
    guesses = [0.10, 0.20, 0.35, 0.60, 0.75]
    for outcome, mean, own in ((0, "0.219", "0.16"), (1, "0.419", "0.36")):
        assert round(brier_score(guesses, [outcome] * 5), 3) == float(mean)
        assert round(brier_score([sum(guesses) / 5], [outcome]), 3) == float(own)
        assert mean in LAB_TEXT and own in LAB_TEXT


def test_the_steps_of_belief_are_bayes() -> None:
    first = posterior(0.20, 0.60, 0.30)
    assert first == pytest.approx(12 / 36) and posterior(first, 0.5, 0.75) == pytest.approx(0.25)
    assert round(100 * first) - 20 == 13


def test_what_is_said_of_small_classes_was_simulated() -> None:
    told = re.search(r"class of 16 would see it about (\d+) times.*?60 about (\d+) times", LAB_TEXT)
    assert told and [int(share) for share in told.groups()] == [
        round(100 * detected_share(size, 10, 20)) for size in (16, 60)
    ]
    assert "about 5 classes in 100" in LAB_TEXT
    assert round(100 * detected_share(30, 10, 20)) < 50, "most classes of thirty miss it"


def test_the_page_is_light_enough_to_store(tmp_path: Path) -> None:
    assert LAB.stat().st_size < 400_000
