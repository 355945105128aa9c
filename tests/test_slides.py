"""Slides show the chapter from any disk: they fit, they read from afar, and notes go with them."""

import io
import itertools
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT, Visit, visits
from lxml import html as lxml_html
from playwright.sync_api import Browser
from pypdf import PdfReader
from test_chapters import grade

from bookkit.classroom import chapters, slides
from bookkit.classroom.chapters import Chapter, ChapterError, Figure
from bookkit.classroom.paper import Places
from bookkit.classroom.slides import Slide

PAGES = sorted(path.stem for path in (ROOT / "chapters").glob("[0-9]*.ipynb"))
DECK = "06-security-dilemma"
# Parts of a slide that reach over its edge or are set smaller than 20 pixels of a slide that is
# 1280 wide; for charts, labels (10.5 units) smaller than that.
MEASURE = """scale => [...document.querySelectorAll("section.slide")].flatMap(slide => {
  const edge = slide.getBoundingClientRect();
  if (!edge.width) return [];
  const bad = [];
  for (const part of slide.querySelector(".shown").querySelectorAll("*")) {
    if (part.closest("svg svg, svg text, defs") && part.tagName !== "text") continue;
    if (part.closest("svg") && !["svg", "text"].includes(part.tagName)) continue;
    const box = part.getBoundingClientRect();
    if (!box.width || part.closest("svg svg")) continue;
    const out = box.left < edge.left || box.right > edge.right + 1 ||
      box.top < edge.top || box.bottom > edge.bottom + 1;
    if (out) bad.push(`${slide.id} beyond: ${part.textContent.slice(0, 40)}`);
    const size = parseFloat(getComputedStyle(part).fontSize);
    if (part.tagName !== "text" && part.tagName !== "svg" && part.innerText && size < 20) {
      bad.push(`${slide.id} ${size} px: ${part.textContent.slice(0, 40)}`);
    }
  }
  const notes = slide.querySelector(".notes").getBoundingClientRect();
  if (notes.width) bad.push(`${slide.id}: notes are shown`);
  return bad;
})"""
LABELS = """() => [...document.querySelectorAll("section.chart")].map(slide => ({
  title: slide.querySelector("h2").textContent,
  label: 10.5 * slide.querySelector(".drawing > svg").getScreenCTM().a,
}))"""


@pytest.fixture
def show(browser: Browser, kit: Path) -> Iterator[Callable[..., Visit]]:
    """Open a deck from its file: `show("06-security-dilemma", "?print-pdf", dark=True)`."""
    folder = (kit / "slides").as_uri()
    with visits(browser, folder) as visit:
        yield lambda page, query="", **options: visit(f"{folder}/{page}.html{query}", **options)


@pytest.fixture(scope="session")
def read(book: Path) -> tuple[Chapter, ...]:
    return chapters.read(book)


@pytest.fixture(scope="session")
def decks(book: Path, read: tuple[Chapter, ...]) -> dict[str, list[Slide]]:
    places = Places(book, read)
    return {chapter.page: slides.slides(chapter, places) for chapter in read}


# ---- key points ----------------------------------------------------------------------------------


def test_key_points_are_short_plain_and_stand_in_their_section(read: tuple[Chapter, ...]) -> None:
    for chapter in read:
        assert 4 <= len(chapter.key_points) <= 7, chapter.page
        for point in chapter.key_points:
            section = chapter.section(point.section).element
            below = section.xpath(".//section[@id=$slug]", slug=point.section)
            told = chapters.words(below[0] if below else section)
            assert len(point.text.split()) <= 30, point.text
            assert grade(point.text) <= 10, f"{grade(point.text):.1f}: {point.text}"
            for number in re.findall(r"\d[\d,.]*\d|\d", point.text):
                assert re.search(rf"(?<![\d,.]){re.escape(number)}(?!\d)", told), point.text


def test_a_key_point_of_no_section_is_named(read: tuple[Chapter, ...]) -> None:
    with pytest.raises(ChapterError, match=r"06-security-dilemma has no heading .*'nowhere'"):
        read[6].section("nowhere")


def test_metadata_that_lacks_a_field_is_named(tmp_path: Path) -> None:
    notebook = tmp_path / "09-new.ipynb"
    cell = {"cell_type": "markdown", "metadata": {"bookkit": {"minutes": 5}}, "source": []}
    notebook.write_text(json.dumps({"cells": [cell]}))
    with pytest.raises(ChapterError, match=r"09-new.ipynb, first cell: .* lacks facts_checked_on"):
        chapters.metadata(notebook)


# ---- what a deck holds ---------------------------------------------------------------------------


def test_a_deck_holds_what_its_chapter_teaches(
    read: tuple[Chapter, ...], decks: dict[str, list[Slide]]
) -> None:
    for chapter in read:
        made = decks[chapter.page]
        shown = "".join(slide.body for slide in made)
        assert made[0].kind == "title" and chapter.title in made[0].label
        assert all(objective.replace("'", "&#x27;") in shown for objective in chapter.objectives)
        points = "".join(slide.body for slide in made if slide.kind == "section")
        for point in chapter.key_points:
            told = points if chapter.number else shown  # the first page's note is told in full
            assert told.count(point.text) == 1, point.text
        drawn = [f for part in chapter.sections for f in chapters.figures(part.element)]
        for number, figure in enumerate(drawn):
            again = any(chapters.repeats(figure, other) for other in drawn[:number])
            assert again or f"{figure.name}-drawing" in shown, figure.name
        assert made[-1].label.startswith("Sources for this chapter")


def test_notes_say_what_to_say(read: tuple[Chapter, ...], decks: dict[str, list[Slide]]) -> None:
    for chapter in read:
        for slide in decks[chapter.page]:
            words = lxml_html.fromstring(f"<div>{slide.notes}</div>").text_content()
            assert len(words.split()) > 5, (chapter.page, slide.label)
            if slide.kind == "section":
                assert re.match(r"About \d+ minutes? of reading", words), slide.label
        sections = slides.minutes_of(chapter)
        assert abs(sum(sections.values()) - chapter.minutes) <= len(sections) / 2 + 1
    chart = next(slide for slide in decks[DECK] if slide.kind.startswith("chart"))
    figure = chapters.figures(read[6].section("the-idea").element)[0]
    assert figure.alt in chart.notes.replace("&#x27;", "'")


def test_a_word_to_readers_whom_the_subject_may_hurt_comes_first(
    read: tuple[Chapter, ...], decks: dict[str, list[Slide]]
) -> None:
    for number in (0, 1, 2, 6):
        label = decks[read[number].page][1].label
        assert label.startswith(("Before you begin", "Before you start")), label
        assert number == 0 or chapters.content_note(read[number])


def test_an_answer_comes_on_the_slide_after_its_question(decks: dict[str, list[Slide]]) -> None:
    for made in decks.values():
        for before, after in itertools.pairwise(made):
            if after.label.startswith("Answer to question"):
                item = after.label.split()[-1]
                assert before.label == f"Question {item}"
                assert "✓" not in before.body + before.notes and "class='right" not in before.body
                assert "feedback" in after.notes


def test_the_diagnostic_keeps_its_answers_until_the_end(decks: dict[str, list[Slide]]) -> None:
    first = [slide.label for slide in decks["00-start-here"]]
    assert sum(label.startswith("Question") for label in first) == 10
    assert not any(label.startswith("Answer") for label in first)


def test_a_tall_chart_is_shown_again_in_parts_that_cut_no_line() -> None:
    rows = "".join(f'<text x="0" y="{y}">row</text>' for y in range(20, 600, 20))
    svg = f'<svg viewBox="0 0 460 600"><g font-size="10.5">{rows}</g></svg>'
    looks = list(slides._closer(figure_of(svg)))
    boxes = [
        [float(n) for n in found[1].split()]
        for _, look in looks
        if (found := re.findall(r'viewBox="([^"]+)"', look)) and len(found) == 2
    ]
    assert len(looks) == len(boxes) == 2
    assert boxes[0][1] == 0 and boxes[0][1] + boxes[0][3] == boxes[1][1]
    assert boxes[1][1] + boxes[1][3] == 600
    cut = boxes[1][1]
    assert all(not y - 9 < cut < y + 3 for y in range(20, 600, 20)), cut
    assert not list(slides._closer(figure_of('<svg viewBox="0 0 460 300"><g a=""></g></svg>')))


def figure_of(svg: str) -> Figure:
    return Figure("name", "Title", "", "", "Source: A.", svg, "")


def test_a_chart_shown_before_is_not_shown_again() -> None:
    one, same, other = (
        figure_of(f"<svg>{''.join(f'<text>{word}</text>' for word in words.split())}</svg>")
        for words in ("a b c d e f g h i j", "a b c d e f g h i j", "a b c x y z")
    )
    assert chapters.repeats(one, same) and not chapters.repeats(one, other)


def test_notes_take_whole_sentences() -> None:
    told = slides._shorten(["One sentence. " * 50, "Another paragraph."] * 3)
    assert all(text.endswith(".") for text in told)
    assert sum(len(text.split()) for text in told) <= slides.WORDS_IN_NOTES


# ---- in a browser --------------------------------------------------------------------------------


@pytest.mark.parametrize("page", PAGES)
def test_every_slide_fits_reads_from_afar_and_prints_on_one_page(
    show: Callable[..., Visit], page: str
) -> None:
    seen = show(page, "?print-pdf", width=1280, height=720)
    seen.page.evaluate("document.fonts.ready")
    assert seen.page.evaluate(MEASURE, 1) == []
    labels = seen.page.evaluate(LABELS)
    for chart in labels:
        closest = max(one["label"] for one in labels if one["title"] == chart["title"])
        assert closest >= 19.9, chart
    printed = seen.page.pdf(prefer_css_page_size=True, print_background=True)
    assert len(PdfReader(io.BytesIO(printed)).pages) == seen.page.locator("section.slide").count()
    assert (seen.foreign, seen.errors) == ([], [])


@pytest.mark.parametrize("size", [(1280, 720), (1024, 768)])
def test_what_is_shown_fits_the_screen(show: Callable[..., Visit], size: tuple[int, int]) -> None:
    seen = show(DECK, width=size[0], height=size[1])
    seen.page.wait_for_selector(".reveal.ready")
    count = seen.page.locator("section.slide").count()
    screen = {"left": 0, "top": 0, "right": size[0], "bottom": size[1]}
    for number in range(count):
        box = seen.page.evaluate(
            """number => { bookkitDeck.slide(number, 0, 99);
              const box = document.querySelector("section.present").getBoundingClientRect();
              return { left: box.left, top: box.top, right: box.right, bottom: box.bottom }; }""",
            number,
        )
        assert box["left"] >= screen["left"] - 1 and box["right"] <= screen["right"] + 1, box
        assert box["top"] >= screen["top"] - 1 and box["bottom"] <= screen["bottom"] + 1, box
    shown = seen.page.evaluate(MEASURE, 1)
    assert [line for line in shown if "beyond" in line] == []


def test_a_deck_printed_as_it_stands_has_one_page_a_slide(show: Callable[..., Visit]) -> None:
    seen = show(DECK, width=1280, height=720)
    seen.page.wait_for_selector(".reveal.ready")
    printed = seen.page.pdf(prefer_css_page_size=True, print_background=True)
    assert len(PdfReader(io.BytesIO(printed)).pages) == seen.page.locator("section.slide").count()


def test_keys_turn_slides_show_notes_and_change_the_theme(show: Callable[..., Visit]) -> None:
    page = show(DECK).page
    page.wait_for_selector(".reveal.ready")
    page.keyboard.press("ArrowRight")
    assert page.locator("section.present").get_attribute("id") == "slide-2"
    assert not page.locator("section.present .notes").is_visible()
    page.keyboard.press("t")
    assert page.locator("section.present .notes").is_visible()
    page.keyboard.press("d")
    assert page.locator("html").get_attribute("data-theme") == "dark"
    page.keyboard.press("o")
    page.wait_for_selector(".reveal.overview")


def test_the_speaker_has_a_window_that_follows_and_leads_from_a_file(
    show: Callable[..., Visit],
) -> None:
    deck = show(DECK).page
    deck.wait_for_selector(".reveal.ready")
    deck.keyboard.press("ArrowRight")
    with deck.context.expect_page() as opened:
        deck.keyboard.press("s")
    desk = opened.value
    desk.get_by_text("Slide 2 of").wait_for()
    deck.keyboard.press("ArrowRight")
    desk.get_by_text("Slide 3 of").wait_for()
    assert desk.locator("section.current .notes").is_visible()
    desk.get_by_role("button", name="Next").click()
    desk.get_by_text("Slide 4 of").wait_for()
    assert deck.locator("section.present").get_attribute("id") == "slide-4"


def test_another_window_cannot_turn_the_slides(show: Callable[..., Visit]) -> None:
    page = show(DECK).page
    page.wait_for_selector(".reveal.ready")
    page.evaluate("window.postMessage({ bookkitGo: 'next' }, '*')")
    page.wait_for_timeout(50)
    assert page.locator("section.present").get_attribute("id") == "slide-1"


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_nothing_on_any_kind_of_slide(show: Callable[..., Visit], dark: bool) -> None:
    seen = show(DECK, dark=dark)
    seen.page.wait_for_selector(".reveal.ready")
    kinds = seen.page.evaluate("""() => {
      const first = new Map();
      document.querySelectorAll("section.slide").forEach((slide, number) => {
        const kind = [...slide.classList].filter(name =>
          !["future", "past", "present", "few", "some", "many"].includes(name)).join(" ");
        if (!first.has(kind)) first.set(kind, number);
      });
      return [...first.values()];
    }""")
    assert len(kinds) > 9
    for number in kinds:
        seen.page.evaluate("number => bookkitDeck.slide(number, 0, 99)", number)
        assert seen.axe() == [], number
    seen.page.keyboard.press("t")
    assert seen.axe() == []


def test_without_scripts_slides_stand_one_below_the_other(show: Callable[..., Visit]) -> None:
    page = show(DECK, javascript=False, width=320, height=800).page
    tops = [page.locator(f"#slide-{n}").bounding_box() for n in (1, 2, 3)]
    assert all(a and b and a["y"] + a["height"] <= b["y"] + 1 for a, b in itertools.pairwise(tops))
    assert page.locator("#slide-2 .notes").is_visible()
    (width,) = {page.locator(f"#slide-{n}").bounding_box()["width"] for n in (1, 2, 3)}  # type: ignore[index]
    assert width <= 320


def test_shared_files_lie_there_once_with_their_licence(kit: Path) -> None:
    names = {path.name for path in (kit / "slides" / "assets").iterdir()}
    assert names >= {"reveal.js", "reveal.css", "slides.js", "slides.css", "reveal-LICENSE.txt"}
    assert "MIT" in (kit / "slides" / "assets" / "reveal.js").read_text()[:300]
    for page in PAGES:
        text = (kit / "slides" / f"{page}.html").read_text()
        assert "http:" not in text and "//" not in re.sub(r"https?://", "", linked(text))
        assert "style=" not in re.sub(r"<svg.*?</svg>", "", text, flags=re.S)


def linked(text: str) -> str:
    """The addresses that a page loads things from."""
    return " ".join(re.findall(r'\b(?:src|href)="([^"]*)"', text))


def reached(seen: Visit) -> list[Any]:
    return [*seen.foreign, *seen.errors]


def test_every_deck_opens_without_a_word_to_anyone(show: Callable[..., Visit]) -> None:
    for page in PAGES:
        seen = show(page)
        seen.page.wait_for_selector(".reveal.ready")
        assert reached(seen) == [], page
