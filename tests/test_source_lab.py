"""What the source lab promises: minutes, cards, answers, short fragments, sources, plain words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import nbformat
import pytest
from conftest import ROOT
from test_chapters import grade, plain, prose, unlinked_terms, unsourced, without_sources

from bookkit import boardfile
from bookkit.data import all_sources, table

LAB = ROOT / "chapters" / "labs" / "source-lab.ipynb"
NOTEBOOK = nbformat.read(LAB, 4)  # type: ignore[no-untyped-call]
MARKDOWN = [cell.source for cell in NOTEBOOK.cells if cell.cell_type == "markdown"]
TEXT = "\n\n".join(MARKDOWN)
CODE = "\n".join(cell.source for cell in NOTEBOOK.cells if cell.cell_type == "code")
CONTRACT: dict[str, Any] = NOTEBOOK.cells[0].metadata["bookkit"]
FOLD = re.compile(r"^:::\{dropdown\} (?P<title>.+?)\n(?P<body>.*?)^:::$", re.M | re.S)
NUMBER = re.compile(r"\d+(?:,\d{3})*")
OLD_NAMES = ("Kiev", "Donbass", "Odessa", "Lugansk", "Zelenskiy", "Zelenskyy", "the Ukraine")


def without_folds(text: str) -> str:
    return FOLD.sub("", text)


# ---- time ----------------------------------------------------------------------------------------


def faults_of_time(contract: dict[str, Any], text: str) -> Iterator[str]:
    """What does not fit between the tasks' minutes, the page's minutes and its headings."""
    minutes = [task["minutes"] for task in contract["tasks"]]
    if sum(minutes) != contract["minutes"]:
        yield f"tasks take {sum(minutes)} minutes, the page says {contract['minutes']}"
    if sum(minutes[:4]) != 50:
        yield f"tasks 1 to 4 take {sum(minutes[:4])} minutes, a lesson has 50"
    for number, task in enumerate(contract["tasks"], 1):
        opening = f"## Task {number}. {task['title']}\n\n*{task['minutes']} minutes.*"
        if opening not in text:
            yield f"no heading and minutes: {opening!r}"


def test_the_minutes_of_the_tasks_are_those_of_the_page() -> None:
    assert list(faults_of_time(CONTRACT, TEXT)) == []
    assert "**Time:** 90 minutes" in TEXT and "Tasks 1 to 4 take 50 minutes" in TEXT


def test_a_task_that_takes_longer_than_the_page_says_is_noticed() -> None:
    tasks = [{**task, "minutes": task["minutes"] + 5} for task in CONTRACT["tasks"]]
    assert len(list(faults_of_time({**CONTRACT, "tasks": tasks}, TEXT))) == 2 + 7


def test_the_lab_says_aims_needs_and_when_its_facts_were_checked() -> None:
    for objective in CONTRACT["objectives"]:
        assert objective.rstrip(".").lower() in MARKDOWN[0].lower()
    assert CONTRACT["prerequisites"]
    assert CONTRACT["facts_checked_on"] == "2026-11-23"
    assert TEXT.count("23 November 2026") >= 2


# ---- cards ---------------------------------------------------------------------------------------


def cards_on_page(text: str) -> dict[str, str]:
    """Card id -> the claim as the page prints it, without links."""
    rows = re.findall(r"^\| N(\d) \| .+? \| (.+) \|$", text, re.M)
    return {f"n{number}": prose(without_sources(claim)) for number, claim in rows}


def numbers(text: str) -> set[str]:
    return {plain(number) for number in NUMBER.findall(text)}


def faults_of_cards(text: str) -> Iterator[str]:
    """Cards whose numbers on the page differ from the table, or in the table from its origin."""
    estimates = table("troop-estimates").set_index("id")
    cards: Any = table("source-cards")
    shown = cards_on_page(text)
    if list(shown) != list(cards.id):
        yield f"cards on the page: {list(shown)}"
    for card in cards.itertuples():
        origin = estimates.loc[card.estimates.split(";")]
        held = {str(n) for n in origin[["low", "high"]].to_numpy().ravel() if n is not None}
        if not numbers(card.claim) <= held:
            yield f"{card.id}: {numbers(card.claim) - held} not in troop-estimates"
        if numbers(shown.get(card.id, "")) != numbers(card.claim):
            yield f"{card.id}: the page has {numbers(shown.get(card.id, ''))}"
        first = origin.iloc[0]
        for field in ("low", "high", "unit", "bound"):
            if str(getattr(card, field)) != str(first[field]):
                yield f"{card.id}: {field} differs from {first.name}"


def test_the_numbers_on_the_cards_are_those_of_the_table_of_estimates() -> None:
    assert list(faults_of_cards(TEXT)) == []


@pytest.mark.parametrize(("right", "wrong"), [("41,000 soldiers", "40,000 soldiers"),
                                              ("28 battalion", "38 battalion"),
                                              ("| N8 |", "| N9 |")])  # fmt: skip
def test_a_card_with_another_number_is_noticed(right: str, wrong: str) -> None:
    assert right in TEXT
    assert list(faults_of_cards(TEXT.replace(right, wrong)))


def test_a_card_has_the_day_and_place_of_the_claim_that_it_stands_for() -> None:
    estimates = table("troop-estimates").set_index("id")
    cards: Any = table("source-cards")
    for card in cards[cards.id != "n8"].itertuples():  # the article only passes a claim on
        first = estimates.loc[card.estimates.split(";")[0]]
        assert card.date == card.latest == first.date, card.id
        assert card.area == first.area, card.id
        (who,) = re.findall(rf"^\| {card.id.upper()} \| (.+?) \|", TEXT, re.M)
        assert f"{card.date.day} {card.date:%B}" in who


def test_the_board_sorts_each_card_as_the_table_does() -> None:
    board = boardfile.load("source-counts")
    titles = {place.id: place.title.lower() for place in board.places}
    cards: Any = table("source-cards")
    for card in cards.itertuples():
        place = next(one for one in board.cards if one.id == card.id).places
        assert len(place) == 1
        words = card.counts.replace("passed on", "a number passed on")
        words = words.replace("new arrivals", "new arrivals only")
        assert titles[place[0]] == words.lower(), card.id


# ---- answers -------------------------------------------------------------------------------------


def faults_of_answers(text: str, tasks: int) -> Iterator[str]:
    """Tasks without a folded answer in their own section, and folds that hold something else."""
    sections = re.split(r"\n(?=## )", text)
    for number in range(1, tasks + 1):
        (section,) = [part for part in sections if part.startswith(f"## Task {number}. ")]
        folds = list(FOLD.finditer(section))
        if [fold["title"] for fold in folds] != [f"Our answer to task {number}"]:
            yield f"task {number}: folds {[fold['title'] for fold in folds]}"
        elif "*The point:*" not in folds[0]["body"]:
            yield f"task {number}: its answer does not say what the point is"
        if not re.search(r"^> .*…", without_folds(section), re.M):
            yield f"task {number}: no place to write"
    if text.count(":::{dropdown}") != tasks:
        yield "a fold holds something else than a task's answer"
    if "*The point:*" in without_folds(text):
        yield "an answer stands in the open"


def test_each_task_has_one_folded_answer_and_a_place_to_write() -> None:
    assert list(faults_of_answers(TEXT, len(CONTRACT["tasks"]))) == []


@pytest.mark.parametrize(("right", "wrong"), [
    (":::{dropdown} Our answer to task 5", ":::{dropdown} A hint"),
    (":::{dropdown} Our answer to task 6\n", ""),
    ("> My headline: …", "My headline"),
])  # fmt: skip
def test_a_task_without_its_answer_or_line_is_noticed(right: str, wrong: str) -> None:
    assert right in TEXT
    assert list(faults_of_answers(TEXT.replace(right, wrong), len(CONTRACT["tasks"])))


# ---- other people's words ------------------------------------------------------------------------


def long_quotations(text: str) -> list[str]:
    """Quotations of more than six words: the article may be shown in fragments only."""
    quoted = re.findall(r'["“]([^"“”]+)["”]', text) + re.findall(r"«([^»]+)»", text)
    return [words for words in quoted if len(words.split()) > 6]


def test_the_article_and_its_parallel_are_shown_in_fragments_of_six_words_at_most() -> None:
    assert TEXT.count('"') % 2 == 0
    assert long_quotations(TEXT) == []


def test_a_longer_quotation_is_noticed() -> None:
    assert long_quotations('It has "one two three four five six".') == []
    assert long_quotations('It has "one two three four five six seven".')


def cited(text: str) -> set[str]:
    return set(re.findall(r"sources\.md#([a-z0-9-]+)", text))


def unknown_sources(ids: set[str]) -> set[str]:
    return ids - {source.id for source in all_sources()}


def test_every_source_of_page_and_boards_exists() -> None:
    boards = [boardfile.load(name) for name in ("source-counts", "source-silence")]
    asked = {id_ for board in boards for card in board.cards for id_ in card.sources}
    assert len(cited(TEXT)) >= 25
    assert unknown_sources(cited(TEXT) | asked) == set()


def test_a_source_that_does_not_exist_is_noticed() -> None:
    assert unknown_sources(cited("([AP](../reference/sources.md#ap-never))")) == {"ap-never"}


def test_the_chart_does_not_tell_how_the_cards_are_to_be_sorted() -> None:
    (drawn,) = [c for c in NOTEBOOK.cells if 'name="source-cards"' in c.source]
    page = str(drawn.outputs)
    for sort in ("passed on", "a forecast", "new arrivals"):
        assert sort in set(table("source-cards").counts) and sort not in page


def test_the_lab_shows_its_boards() -> None:
    for name in ("source-counts", "source-silence"):
        assert boardfile.load(name).page == LAB.stem
        assert f'board("{name}")' in CODE


# ---- prose ---------------------------------------------------------------------------------------


def paragraphs(text: str) -> list[str]:
    """Paragraphs without tables, boxes' signs and lines to write on."""
    parts = [part.strip() for part in text.split("\n\n")]
    return [part for part in parts if part and not part.startswith(("|", ">"))]


def test_the_lab_reads_at_grade_ten() -> None:
    for section in re.split(r"\n(?=## )", TEXT):
        answers = "\n\n".join(fold["body"] for fold in FOLD.finditer(section))
        for told in (without_folds(section), answers):
            words = prose(without_sources("\n\n".join(paragraphs(told))))
            if len(words.split()) > 60:
                assert grade(words) <= 10, f"{section[:40]!r}: grade {grade(words):.1f}"


def test_a_figure_of_the_record_in_the_open_text_names_its_source() -> None:
    told = without_folds("\n\n".join(MARKDOWN[1:]))
    strange = [part for part in unsourced(paragraphs(told)) if part[:14] != "*Facts checked"]
    assert strange == []
    assert list(unsourced(["On 14 April Kyiv named 110,000."]))


def test_names_and_terms_are_those_of_the_book() -> None:
    for old in OLD_NAMES:
        assert old not in TEXT
    linked = set(re.findall(r"reference/glossary\.md#(term-[a-z0-9-]+)", TEXT))
    assert unlinked_terms(TEXT, linked) == []


def test_the_marking_scheme_has_twenty_points_and_three_levels() -> None:
    scheme = TEXT.split("## Marking scheme")[1].split("\n## ")[0]
    rows = re.findall(r"^\| \*\*.+?\*\*.*\|$", scheme, re.M)
    assert len(rows) * 4 == 20 and "Twenty points" in scheme
    assert all(row.count("|") == 5 for row in rows)


def test_the_trace_sheet_leaves_room_for_six_steps() -> None:
    sheet = TEXT.split("## Trace sheet")[1].split("\n## ")[0]
    assert len(re.findall(r"^\| [^|]+ \| [^|]+ \| (?:&nbsp;)*(?:<br>)+ \|$", sheet, re.M)) == 6
