"""The built pages of the chapters, read back in parts: sections, figures, exercises, metadata.

Handouts, slides and lesson plans are made from what `read` returns, so that they say what the
pages say. Objectives, minutes and key points stand in the first cell of each notebook, under
``bookkit``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lxml import html as lxml_html

from bookkit import data

CHAPTER = re.compile(r"(\d\d)-[a-z0-9-]+")
EXERCISE = re.compile(r"(\d+-X\d+)\b")
MORE = "More sources: "  # stands before the sources that a page folds away
# What a browser needs to bring the page to life, and what only helps to find one's way on it.
MACHINERY = ".//script | .//*[contains(@class, 'headerlink') or contains(@class, 'bk-link-row')]"
# HTML knows no capitals in names, SVG does. Browsers mend that in a page; files need it.
CAPITALS = {
    name.lower(): name
    for name in ("viewBox", "clipPath", "clipPathUnits", "patternUnits", "patternTransform",
                 "gradientUnits", "gradientTransform", "linearGradient", "markerWidth",
                 "markerHeight", "preserveAspectRatio", "textLength", "refX", "refY")
}  # fmt: skip


class ChapterError(ValueError):
    """A built page or a chapter's metadata cannot be used; the message says how to mend it."""


@dataclass(frozen=True)
class KeyPoint:
    """What to keep of a section; ``section`` is the slug of its h2 or h3."""

    section: str
    text: str


@dataclass(frozen=True)
class Section:
    """One h2 of a chapter; ``element`` is a copy of all that stands below the heading."""

    id: str
    heading: str
    element: Any


@dataclass(frozen=True)
class Chapter:
    """One chapter; ``opening`` is a copy of what stands before the first section."""

    number: int
    page: str  # file name without ending, in chapters/
    title: str
    minutes: int
    objectives: tuple[str, ...]
    key_points: tuple[KeyPoint, ...]
    sections: tuple[Section, ...]
    opening: Any
    facts_checked_on: str  # ISO date

    def section(self, slug: str) -> Section:
        """The section with this slug, or the one that holds the h3 with it.

        Raises ChapterError if the chapter has no such heading.
        """
        for section in self.sections:
            if section.id == slug or section.element.xpath(".//section[@id=$slug]", slug=slug):
                return section
        known = ", ".join(section.id for section in self.sections)
        raise ChapterError(f"{self.page} has no heading with the slug {slug!r}. It has {known}.")


@dataclass(frozen=True)
class Figure:
    """One chart of a page. ``setting`` tells what an interactive one shows before it is moved."""

    name: str
    title: str
    alt: str
    caption_html: str
    source_html: str
    svg_html: str
    values_html: str
    setting: str = ""


@dataclass(frozen=True)
class Exercise:
    """One exercise; ``solution_html`` is empty in the student edition."""

    id: str
    html: str
    solution_html: str


def read(html: Path) -> tuple[Chapter, ...]:
    """The chapters of the built book, ``_build/html``, in order.

    Raises ChapterError if a chapter was not built or its first cell lacks what is needed.
    """
    notebooks = sorted((data.ROOT / "chapters").glob("[0-9][0-9]-*.ipynb"))
    return tuple(_chapter(path, html / "chapters" / f"{path.stem}.html") for path in notebooks)


def _chapter(notebook: Path, page: Path) -> Chapter:
    facts = metadata(notebook)
    article = read_article(page)
    body = article.find("section")
    title = _take_heading(body, "h1")
    opening = lxml_html.Element("div")
    opening.extend([deepcopy(part) for part in body if part.tag != "section"])
    number = CHAPTER.fullmatch(notebook.stem)
    if number is None:
        raise ChapterError(f"{notebook.name}: name chapters like 02-two-words.ipynb.")
    return Chapter(
        number=int(number[1]),
        page=notebook.stem,
        title=title,
        minutes=facts["minutes"],
        objectives=tuple(facts["objectives"]),
        key_points=tuple(KeyPoint(**point) for point in facts.get("key_points", ())),
        sections=tuple(_section(part) for part in body if part.tag == "section"),
        opening=opening,
        facts_checked_on=facts["facts_checked_on"],
    )


def metadata(notebook: Path) -> dict[str, Any]:
    """What the first cell of a chapter's notebook says under ``bookkit``."""
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    facts: dict[str, Any] = cells[0]["metadata"].get("bookkit", {})
    missing = {"minutes", "objectives", "facts_checked_on"} - set(facts)
    if missing:
        lacking = ", ".join(sorted(missing))
        raise ChapterError(
            f"{notebook.name}, first cell: the metadata 'bookkit' lacks {lacking}. Write it there "
            "(in JupyterLab: Property Inspector, Cell Metadata)."
        )
    return facts


def read_article(page: Path) -> Any:
    """The article of a built page, without its machinery; raise ChapterError if there is none."""
    if not page.is_file():
        raise ChapterError(f"{page} is missing. Build the book first: make book")
    tree = lxml_html.document_fromstring(page.read_text(encoding="utf-8"))
    articles = tree.xpath("//article[contains(@class, 'bd-article')]")
    if not articles or articles[0].find("section") is None:
        raise ChapterError(f"{page} has no article. Build the book anew: make clean book")
    for part in articles[0].xpath(MACHINERY):
        part.drop_tree()
    for cards in articles[0].xpath(".//div[@class='bk-cards']"):
        cards.drop_tree()
    return articles[0]


def _section(element: Any) -> Section:
    copied = deepcopy(element)
    copied.tail = None
    return Section(copied.get("id"), _take_heading(copied, "h2"), copied)


def _take_heading(element: Any, tag: str) -> str:
    heading = element.find(tag)
    text = words(heading)
    heading.drop_tree()
    return text


def words(element: Any) -> str:
    """The text of an element in one line."""
    return " ".join(element.text_content().split())


def inner(element: Any) -> str:
    """The HTML within an element."""
    parts = [lxml_html.tostring(child, encoding="unicode") for child in element]
    return ((element.text or "") + "".join(parts)).strip()


def outer(element: Any) -> str:
    """The HTML of an element, without what follows it."""
    return str(lxml_html.tostring(element, encoding="unicode", with_tail=False))


def content_note(chapter: Chapter) -> list[Any]:
    """The paragraphs at the head of a chapter to readers whom its subject may hurt."""
    labels = ("Before you start:", "A reminder:")
    return [part for part in chapter.opening.iter("p") if words(part).startswith(labels)]


# ---- figures -------------------------------------------------------------------------------------


def figures(element: Any) -> list[Figure]:
    """The charts in an element, in reading order."""
    return [figure(found) for found in element.iter("figure") if _has_class(found, "bk-figure")]


def figure(element: Any) -> Figure:
    """One ``<figure class="bk-figure">`` of a page."""
    drawing = next(element.iter("svg"))
    setting = element.xpath("./p[@class='bk-setting']")
    return Figure(
        name=element.get("id").removeprefix("fig-"),
        title=words(element.xpath("./figcaption")[0]),
        alt=" ".join(words(part) for part in drawing.iter("desc")),
        caption_html=_first_inner(element, "./p[@class='bk-caption']"),
        source_html=_sources(element),
        svg_html=svg(drawing),
        values_html="".join(outer(table) for table in element.xpath("./details//table")),
        setting=words(setting[0]) if setting else "",
    )


def repeats(figure: Figure, other: Figure) -> bool:
    """Whether a chart shows again, for the reader to move, what another has shown."""
    rows, others = (
        set(re.findall(r"<text\b[^>]*>([^<]+)", one.svg_html)) for one in (figure, other)
    )
    return len(rows & others) > 0.8 * len(rows | others)


def _first_inner(element: Any, path: str) -> str:
    found = element.xpath(path)
    return inner(found[0]) if found else ""


def _sources(figure: Any) -> str:
    """The line of sources, with those that are folded away on the page."""
    shown = _first_inner(figure, "./p[@class='bk-sources']")
    more = _first_inner(figure, "./details[@class='bk-more']/p")
    return f"{shown} {MORE if shown and more else ''}{more}".strip()


def svg(drawing: Any) -> str:
    """A drawing as HTML and as XML, with the capitals that SVG asks for."""
    copied = deepcopy(drawing)
    copied.tail = None
    for part in copied.iter():
        if isinstance(part.tag, str):
            part.tag = CAPITALS.get(part.tag, part.tag)
            for name in [name for name in part.attrib if name in CAPITALS]:
                part.set(CAPITALS[name], part.attrib.pop(name))
    return str(lxml_html.tostring(copied, encoding="unicode", method="xml"))


def _has_class(element: Any, name: str) -> bool:
    return name in (element.get("class") or "").split()


# ---- exercises -----------------------------------------------------------------------------------


def exercises(chapter: Chapter) -> list[Exercise]:
    """The exercises of a chapter, each with its solution where the edition has it.

    An exercise starts with its number in bold ("6-X1 (apply).") and goes on to the next one.
    """
    return [
        exercise
        for section in chapter.sections
        if section.id == "exercises"
        for exercise in _exercises(section.element)
    ]


def _exercises(section: Any) -> Iterator[Exercise]:
    name, question, solution = "", "", ""
    for part in section:
        started = _number_of(part)
        if started and name:
            yield Exercise(name, question, solution)
        if started:
            name, question, solution = started, "", ""
        if is_answer(part):
            solution += _answer(part)
        elif name:
            question += outer(part)
    if name:
        yield Exercise(name, question, solution)


def _number_of(part: Any) -> str:
    bold = part.find("strong") if part.tag == "p" else None
    found = EXERCISE.match(words(bold)) if bold is not None else None
    return found[1] if found else ""


def is_answer(part: Any) -> bool:
    """Whether this is a ``:::{dropdown}``, which in chapters always holds an answer."""
    return part.tag == "details" and _has_class(part, "sd-dropdown")


def _answer(part: Any) -> str:
    return "".join(inner(body) for body in part if body.tag != "summary")
