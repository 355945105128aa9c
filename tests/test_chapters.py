"""What every chapter promises: its contract, its numbers, its sources, its reading grade."""

import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import nbformat
import pytest
from computed import COMPUTED
from conftest import ROOT
from lxml import html

from bookkit import quizfile
from bookkit.data import table

CHAPTERS = sorted((ROOT / "chapters").glob("[0-9]*.ipynb"))
LESSONS = [chapter for chapter in CHAPTERS if not chapter.name.startswith("00-")]
BEATS = [  # headings that every chapter has, in this order; sections 1, 2, ... stand between
    "Before you read",
    "Exercises",
    "Talk about it",
    "Check yourself",
    "Look back",
    "What would change my mind?",
    "Sources for this chapter",
]
STORY = re.compile(r"^## \d\.\d ", re.M)
NUMBER = re.compile(r"(?<![\w.])\d+(?:,\d{3})+(?:\.\d+)?|(?<![\w.])\d+(?:\.\d+)?(?![\w])")
MONTHS = "January February March April May June July August September October November December"


def cells(chapter: Path, kind: str = "markdown") -> list[Any]:
    return [cell for cell in nbformat.read(chapter, 4).cells if cell.cell_type == kind]


def prose(markdown: str) -> str:
    """Markdown without link targets, directives, emphasis and list signs."""
    text = re.sub(r"\]\([^)]*\)", "]", markdown)
    text = re.sub(r"^(:::.*|:\w+:.*)$", "", text, flags=re.M)
    text = re.sub(r"^(#+|[-*]|\d+\.|>) *", "", text, flags=re.M)
    return re.sub(r"[*_\[\]|`]", "", text)


def story(chapter: Path) -> list[str]:
    """The paragraphs of the numbered sections, where the record is told.

    Without folded solutions and without tables of invented numbers.
    """
    text = "\n\n".join(cell.source for cell in cells(chapter))
    start = STORY.search(text)
    assert start, f"{chapter.name} has no section such as '## 2.1 …'"
    end = text.index("\n## Exercises")
    told = re.sub(r"^:::\{dropdown\}.*?^:::$", "", text[start.start() : end], flags=re.M | re.S)
    parts = [part.strip() for part in told.split("\n\n") if part.strip()]
    return [part for part in _with_their_lists(parts) if not part.startswith("|")]


def _with_their_lists(parts: list[str]) -> list[str]:
    """Join a list to the sentence that leads into it: they share a source."""
    joined: list[str] = []
    for part in parts:
        if re.match(r"[-*] |\d\. ", part) and joined:
            joined[-1] += "\n" + part
        else:
            joined.append(part)
    return joined


@pytest.mark.parametrize("chapter", LESSONS, ids=lambda path: path.stem)
def test_a_chapter_has_every_beat_in_order(chapter: Path) -> None:
    text = "\n".join(cell.source for cell in cells(chapter))
    headings = re.findall(r"^## (.+)$", text, re.M)
    places = []
    for beat in BEATS:
        found = [place for place, heading in enumerate(headings) if heading.startswith(beat)]
        assert len(found) == 1, f"{chapter.name}: one heading '## {beat}…', found {len(found)}"
        places += found
    assert places == sorted(places)


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda path: path.stem)
def test_a_chapter_says_aims_minutes_needs_and_when_its_facts_were_checked(chapter: Path) -> None:
    first = cells(chapter)[0]
    contract = first.metadata["bookkit"]
    least = 30 if chapter in LESSONS else 10
    assert least <= contract["minutes"] <= 60
    assert f"{contract['minutes']} minutes" in first.source
    assert len(contract["objectives"]) >= 3 and contract["prerequisites"]
    for objective in contract["objectives"]:
        assert objective.rstrip(".").lower() in first.source.lower()
    checked = date.fromisoformat(contract["facts_checked_on"])
    shown = f"{checked.day} {MONTHS.split()[checked.month - 1]} {checked.year}"
    text = "\n".join(cell.source for cell in cells(chapter))
    assert text.count(shown) >= 2, "the date stands at the head and at the sources"


@pytest.mark.parametrize("chapter", LESSONS, ids=lambda path: path.stem)
def test_each_objective_is_examined_and_each_item_points_into_the_chapter(chapter: Path) -> None:
    contract = cells(chapter)[0].metadata["bookkit"]
    quiz = quizfile.load(chapter.stem.split("-", 1)[1])
    examined = {item.objective for item in quiz.items}
    number = int(chapter.stem.split("-")[0])
    assert examined == {f"{number}.{k + 1}" for k in range(len(contract["objectives"]))}
    text = "\n".join(cell.source for cell in cells(chapter))
    slugs = {slug(heading) for heading in re.findall(r"^#{2,3} (.+)$", text, re.M)}
    assert {item.section for item in quiz.items} <= slugs


def slug(heading: str) -> str:
    """The id that docutils gives a heading: letters first, hyphens between words."""
    return re.sub(r"^[^a-z]+", "", re.sub(r"[^a-z0-9]+", "-", heading.lower())).strip("-")


@pytest.mark.parametrize("chapter", LESSONS, ids=lambda path: path.stem)
def test_every_paragraph_of_the_story_with_a_figure_or_quotation_names_its_source(
    chapter: Path,
) -> None:
    assert list(unsourced(story(chapter))) == []


def unsourced(paragraphs: list[str]) -> Iterator[str]:
    """Paragraphs that state a day or a count of the record and link to no source."""
    for paragraph in paragraphs:
        claims = re.search(rf"\b\d{{1,2}} (?:{'|'.join(MONTHS.split())})\b|\d,\d{{3}}", paragraph)
        sourced = "sources.md#" in paragraph
        if claims and not sourced and not paragraph.startswith(("#", "|")):
            yield paragraph


def test_every_claim_of_the_article_is_discussed_in_a_chapter() -> None:
    text = "\n".join(cell.source for chapter in LESSONS for cell in cells(chapter))
    discussed = set(re.findall(r"evidence-ledger\.md#(claim-\d+)", text))
    assert discussed == set(table("seed-claims").id)


GLOSSARY = re.findall(
    r"\((term-[a-z0-9-]+)\)=\n### (.+)\n\n(.+)",
    (ROOT / "chapters" / "reference" / "glossary.md").read_text(encoding="utf-8"),
)


def linked_terms(chapter: Path) -> set[str]:
    text = "\n".join(cell.source for cell in cells(chapter))
    return set(re.findall(r"reference/glossary\.md#(term-[a-z0-9-]+)", text))


def unlinked_terms(text: str, linked: set[str]) -> list[str]:
    """The glossary's terms that a text uses and does not link."""
    words = prose(text).lower()
    names = {id_: re.sub(r" \(.*\)| /.*", "", name).lower() for id_, name, _ in GLOSSARY}
    for id_ in linked & names.keys():  # "extended deterrence" is no use of "deterrence"
        words = words.replace(names[id_], "")
    return [
        name
        for id_, name in names.items()
        if id_ not in linked and re.search(rf"\b{re.escape(name)}\b", words)
    ]


def test_the_glossary_is_in_order_and_explains_each_term_once() -> None:
    names = [name for _, name, _ in GLOSSARY]
    assert len(names) >= 54
    assert len(set(names)) == len(names)
    assert names == sorted(names, key=lambda name: re.sub(r"[^a-z0-9]", "", name.lower()))
    assert all(len(meaning.split()) >= 5 for _, _, meaning in GLOSSARY)


@pytest.mark.parametrize("chapter", LESSONS, ids=lambda path: path.stem)
def test_a_chapter_links_each_term_of_the_glossary_that_it_uses(chapter: Path) -> None:
    text = "\n\n".join(cell.source for cell in cells(chapter))
    assert unlinked_terms(text, linked_terms(chapter)) == []


def test_every_term_of_the_glossary_is_used_in_a_chapter() -> None:
    linked = set().union(*map(linked_terms, CHAPTERS))
    assert {id_ for id_, _, _ in GLOSSARY} == linked


def test_a_term_that_is_used_without_a_link_is_noticed() -> None:
    assert unlinked_terms("They call it deadlock.", set()) == ["deadlock"]
    assert unlinked_terms("They call it deadlock.", {"term-deadlock"}) == []


# ---- numbers ------------------------------------------------------------------------------------


def known_numbers(chapter: Path) -> set[str]:
    """Numbers that the chapter's own tables hold, in figures or in words of the record."""
    code = "\n".join(cell.source for cell in cells(chapter, "code"))
    known: set[str] = set()
    for name in sorted(set(re.findall(r'table\("([a-z-]+)"\)', code))):
        for value in table(name).to_numpy().ravel():
            known |= {plain(number) for number in NUMBER.findall(str(value))}
    return known


def plain(number: str) -> str:
    number = number.replace(",", "")
    return number.rstrip("0").rstrip(".") if "." in number else number


@pytest.mark.parametrize("chapter", LESSONS, ids=lambda path: path.stem)
def test_every_number_in_the_story_is_in_the_data(chapter: Path) -> None:
    allowed = known_numbers(chapter) | {plain(number) for number in COMPUTED.get(chapter.stem, {})}
    strange = [
        (number, paragraph)
        for paragraph in story(chapter)
        for number in numbers(paragraph)
        if plain(number) not in allowed
    ]
    assert strange == []


def numbers(paragraph: str) -> list[str]:
    """Numbers of a paragraph that could be wrong: not section numbers, not years, not 0 to 9."""
    text = prose(paragraph)
    text = re.sub(r"\bsections? \d\.\d(?:(?:,| and) \d\.\d)*|^\d\.\d ", "", text)
    return [number for number in NUMBER.findall(text) if not re.fullmatch(r"\d|20[12]\d", number)]


@pytest.mark.parametrize(
    ("number", "work_out"),
    [pair for chapter in COMPUTED.values() for pair in chapter.items()],
)
def test_computed_numbers_follow_from_the_data(number: str, work_out: Callable[[], float]) -> None:
    assert work_out() == float(plain(number))


def test_a_number_that_is_not_in_the_data_is_noticed() -> None:
    known = known_numbers(LESSONS[0])
    assert "123456" not in known
    assert numbers("By 30 April [Kyiv](reference/sources.md#x-77) named 123,456 soldiers.") == [
        "30", "123,456",
    ]  # fmt: skip
    assert list(
        unsourced(["On 3 April 1,200 left.", "On 3 April [x](reference/sources.md#a)."])
    ) == ["On 3 April 1,200 left."]


# ---- charts -------------------------------------------------------------------------------------


def figures(chapter: Path) -> Iterator[html.HtmlElement]:
    for cell in cells(chapter, "code"):
        for output in cell.outputs:
            page = output.get("data", {}).get("text/html", "")
            if 'class="bk-' in page:
                yield from html.fromstring(f"<div>{page}</div>").xpath("//figure[@id]")


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda path: path.stem)
def test_every_number_in_alt_text_is_in_the_plotted_data(chapter: Path) -> None:
    drawn = list(figures(chapter))
    assert len(drawn) >= (4 if chapter in LESSONS else 1)
    for figure in drawn:
        alt = figure.xpath("string(.//*[local-name()='desc'])")
        values = " ".join(figure.xpath(".//details//table//text()"))
        exact = " ".join(figure.xpath(".//details//table//@data-value"))
        held = {plain(number) for number in NUMBER.findall(f"{values} {exact}")}
        held |= {str(int(part)) for part in re.findall(r"\d+", exact)}
        held.add(str(len(figure.xpath(".//details//table/tbody/tr"))))  # "100 of 100 events"
        missing = [number for number in NUMBER.findall(alt) if plain(number) not in held]
        assert missing == [], f"{figure.get('id')}: {missing} in the alt text, not in the table"
        assert 60 <= len(alt) <= 300


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda path: path.stem)
def test_every_chart_names_its_sources(chapter: Path) -> None:
    for figure in figures(chapter):
        assert figure.xpath(".//*[@class='bk-sources']//a"), figure.get("id")


# ---- prose --------------------------------------------------------------------------------------


def without_sources(markdown: str) -> str:
    """Markdown without the sources in brackets, which nobody reads aloud."""
    return re.sub(r" \((?:\[[^\]]*\]\([^)]*\)[;,]? ?)+\)", "", markdown)


def grade(text: str) -> float:
    """Flesch-Kincaid grade level (Kincaid and others, 1975)."""
    sentences = max(1, len(re.findall(r"[.!?](?:\s|$)", text)))
    words = re.findall(r"[A-Za-z’']+", text)
    return 0.39 * len(words) / sentences + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


def syllables(word: str) -> int:
    groups = re.findall(r"[aeiouy]+", word.lower())
    silent = word.lower().endswith("e") and not word.lower().endswith(("le", "ee"))
    return max(1, len(groups) - silent)


@pytest.mark.parametrize("chapter", LESSONS, ids=lambda path: path.stem)
def test_the_story_reads_at_grade_ten(chapter: Path) -> None:
    text = "\n\n".join(story(chapter))
    for section in re.split(r"\n(?=#{2,3} )", text):
        words = prose(without_sources(section))
        if len(words.split()) > 80:
            assert grade(words) <= 10, f"{section.splitlines()[0]}: grade {grade(words):.1f}"


def test_the_first_page_reads_at_grade_ten() -> None:
    text = "\n\n".join(cell.source for cell in cells(CHAPTERS[0]))
    told = "\n\n".join(part for part in text.split("\n\n") if not part.startswith("|"))
    for section in re.split(r"\n(?=#{2,3} )", told):
        words = prose(without_sources(section))
        if len(words.split()) > 80:
            assert grade(words) <= 10, f"{section.splitlines()[0]}: grade {grade(words):.1f}"


def test_the_grade_tells_plain_from_heavy_prose() -> None:
    plain_words = "The men came home. They were tired. Their tanks stayed in the field."
    heavy = (
        "Notwithstanding considerable multilateral institutional representations, the "
        "aforementioned operational redeployment continued unabated throughout the period."
    )
    assert grade(plain_words) < 4 < 14 < grade(heavy)


@pytest.mark.parametrize("chapter", LESSONS, ids=lambda path: path.stem)
def test_a_chapter_has_two_to_three_thousand_words(chapter: Path) -> None:
    words = sum(len(prose(without_sources(part)).split()) for part in story(chapter))
    assert 2_000 <= words <= 3_000


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda path: path.stem)
def test_cells_are_short_enough_to_change(chapter: Path) -> None:
    for cell in cells(chapter, "code"):
        if "remove-input" not in cell.metadata.get("tags", []):
            lines = [line for line in cell.source.splitlines() if line.strip()]
            assert len(lines) <= 25, "\n".join(lines[:2])


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda path: path.stem)
def test_names_are_spelled_as_the_book_spells_them(chapter: Path) -> None:
    text = "\n".join(re.sub(r"\([^()]*\)", "", cell.source) for cell in cells(chapter))
    for old in ("Kiev", "Donbass", "Odessa", "Lugansk", "Zelenskiy", "Zelenskyy", "the Ukraine"):
        assert old not in text
