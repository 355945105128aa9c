"""Handouts: one print-ready PDF a chapter and lab, the key apart, on A4 and on US Letter.

Each is one HTML document with a style for paper, printed by a headless Chromium: tagged for screen
readers, with an outline, its language, embedded fonts and numbered pages. The same book prints to
the same bytes.
"""

from __future__ import annotations

import asyncio
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from lxml import html as lxml_html

from bookkit import browser, hindsight
from bookkit.assets import WEB
from bookkit.classroom import chapters, paper
from bookkit.classroom.chapters import Chapter, Exercise, inner, words
from bookkit.classroom.paper import Notes, Paper, Places

STYLE = Path(__file__).with_name("handouts.css")
BOOK = "Alone beside a giant?"
# CSS names of the paper sizes, and margins that leave them nearly the same room to print on.
PAPERS = {
    "a4": "size: A4; margin: 17mm 19mm 19mm 21mm",
    "letter": "size: Letter; margin: 15mm 22mm 17mm 24mm",
}
ROOM = {"apply": 5, "analyse": 7, "evaluate": 9, "create": 9}  # lines to write an answer on
AT_ONCE = 2  # pages that print beside each other
# The two forms of the hindsight experiment: bookkit/classroom/sheets.py prints them.
APART = "|".join(f".//*[@id='{name}']" for name in hindsight.FORMS)
DATES = re.compile(rb"(?<=Date \(D:)\d{14}(?=[+Z])")


class PrintError(RuntimeError):
    """The handouts cannot be printed; the message says how to mend it."""


@dataclass(frozen=True)
class Document:
    """One thing to print; ``name`` is the file's, without paper and ending."""

    name: str
    title: str
    foot: str  # stands at the foot of each page, beside the page number
    body: str
    style: str = ""  # CSS that only this document needs
    counted: bool = True  # whether each page says which of how many it is


# ---- chapters ------------------------------------------------------------------------------------


def documents(html: Path) -> list[Document]:
    """The handouts of all chapters and labs of the built book, each followed by its key."""
    read = chapters.read(html)
    places = Places(html, read)
    made = [part for chapter in read for part in (handout(chapter, places), key(chapter, places))]
    for page in sorted((html / "chapters" / "labs").glob("*.html")):
        if page.stem != "border-watch":  # has prints of its own
            made += labs(page, places)
    return made


def handout(chapter: Chapter, places: Places) -> Document:
    """What students get of a chapter: charts, exercises, talk and quiz, without any answer."""
    sheet = Paper(chapter.page, places)
    parts = [
        _head(chapter, sheet),
        _warm_up(chapter, sheet),
        _boards(chapter, sheet),
        _charts(chapter, sheet),  # on a page of their own: some answer a guess or a board
        _key_points(chapter),  # after what they would give away
        _exercises(chapter, sheet),
        _talk(chapter, sheet),
        _quizzes(chapter, sheet),
        _last_line(chapter, sheet),
    ]
    body = "".join([*parts, _end(chapter, sheet.notes)])
    return Document(chapter.page, chapter.title, f"{chapter.number} · {chapter.title}", body)


def key(chapter: Chapter, places: Places) -> Document:
    """What the teacher keeps: answers with feedback, solutions, and the sources for them."""
    sheet = Paper(chapter.page, places, answers=True)
    title = f"Key to chapter {chapter.number}: {chapter.title}"
    parts = [
        f'<header class="head"><p class="kicker"><span>{BOOK}</span>'
        f"<span>For the teacher</span></p><h1>{escape(title)}</h1></header>",
        _block("Guesses before the charts", _each(chapter, "bk-predict", paper.explained, sheet)),
        _block("Boards", _each(chapter, "bk-board", sheet.board_key, sheet)),
        _block("Exercises", _solutions(chapter, sheet)),
        _forecast_key(chapter, sheet),
        _quizzes(chapter, sheet),
        _cautions(chapter, sheet),
    ]
    body = "".join([*parts, _end(chapter, sheet.notes)])
    foot = f"{chapter.number} · {chapter.title} · Key"
    return Document(f"{chapter.page}-key", title, foot, body)


def _head(chapter: Chapter, sheet: Paper) -> str:
    listed = "".join(f"<li>{escape(text)}</li>" for text in chapter.objectives)
    lead = inner(chapter.opening.find("p"))
    return (
        f'<header class="head"><p class="kicker"><span>{BOOK}</span>'
        f"<span>Chapter {chapter.number} · about {chapter.minutes} minutes to read</span></p>"
        f"<h1>{escape(chapter.title)}</h1>"
        '<p class="who">Name<span></span>Date<span></span></p></header>'
        f'<p class="lead">{sheet.html(lead)}</p>{_content_note(chapter, sheet)}'
        f'<section class="panel"><h2>When you are done, you can</h2><ul>{listed}</ul></section>'
    )


def _content_note(chapter: Chapter, sheet: Paper) -> str:
    """What the page says to readers whom the subject may hurt."""
    notes = [f"<p>{sheet.html(inner(part))}</p>" for part in chapters.content_note(chapter)]
    for section in chapter.sections:
        if section.id.startswith("before-you-begin"):
            notes.append(f"<h2>{escape(section.heading)}</h2>{_clean(section, sheet)}")
    return f'<section class="panel">{"".join(notes)}</section>' if notes else ""


def _key_points(chapter: Chapter) -> str:
    rows = "".join(
        f"<li>{escape(point.text)}{_where(chapter, point.section)}</li>"
        for point in chapter.key_points
    )
    return f'<section class="panel"><h2>Key points</h2><ul>{rows}</ul></section>' if rows else ""


def _where(chapter: Chapter, slug: str) -> str:
    number = re.match(r"\d+\.\d+", chapter.section(slug).heading)
    return f' <span class="where">({number[0]})</span>' if number else ""


def _warm_up(chapter: Chapter, sheet: Paper) -> str:
    """The two guesses of the page and the question before each chart that is drawn by guessing."""
    body = ""
    for section in chapter.sections:
        if section.id == "before-you-read-two-guesses":
            body += _clean(section, sheet) + paper.lines(2)
    guesses = _each(chapter, "bk-predict", paper.guess, sheet)
    if guesses:
        body += f"<h3>Before you look at the charts</h3>{guesses}"
    for section in chapter.sections:
        asked = "".join(
            sheet.html(paper.forecasts(found)) for found in _parts(section.element, "bk-forecast")
        )
        if asked and chapter.number == 0:
            body += f"<h3>{escape(section.heading)}</h3>{asked}"
    return _block("Guess first", body)


def _charts(chapter: Chapter, sheet: Paper) -> str:
    body = ""
    shown: list[chapters.Figure] = []
    for section in chapter.sections:
        drawn = ""
        for found in chapters.figures(section.element):
            if not any(chapters.repeats(found, other) for other in shown):
                shown.append(found)
                drawn += sheet.chart(found)
        if drawn:
            body += f"<section><h3>{escape(section.heading)}</h3>{drawn}</section>"
    return _block("Charts", body, "new-page")


def _boards(chapter: Chapter, sheet: Paper) -> str:
    return _block("Put in place", _each(chapter, "bk-board", sheet.board, sheet))


def _exercises(chapter: Chapter, sheet: Paper) -> str:
    body = "".join(
        f'<div class="exercise"><div>{sheet.html(exercise.html)}</div>'
        f"{paper.lines(_room(exercise))}</div>"
        for exercise in chapters.exercises(chapter)
    )
    return _block("Exercises", body)


def _room(exercise: Exercise) -> int:
    found = re.search(r"\((\w+)\)", exercise.html)
    return ROOM.get(found[1], 7) if found else 7


def _solutions(chapter: Chapter, sheet: Paper) -> str:
    return "".join(
        f"<div>{sheet.html(exercise.html)}</div>"
        f'<div class="answer">{sheet.html(exercise.solution_html)}</div>'
        for exercise in chapters.exercises(chapter)
    )


def _talk(chapter: Chapter, sheet: Paper) -> str:
    return "".join(
        _block(section.heading, _clean(section, sheet))
        for section in chapter.sections
        if section.id == "talk-about-it"
    )


def _quizzes(chapter: Chapter, sheet: Paper) -> str:
    """The questions of the chapter in one list, then those that look back or frame the book."""
    own: list[Any] = []
    body = ""
    for section in chapter.sections:
        for quiz in _parts(section.element, "bk-quiz"):
            if not quiz.get("data-place"):
                own += paper.asked_in(quiz)
    ask = sheet.key if sheet.answers else sheet.questions
    if own:
        body += _block("Questions", ask(own))
    for section in chapter.sections:
        for quiz in _parts(section.element, "bk-quiz"):
            if quiz.get("data-place"):
                title = words(quiz.xpath(".//p[@class='bk-quiz-title']")[0])
                body += _block(title, ask(paper.asked_in(quiz)))
    return body


def _last_line(chapter: Chapter, sheet: Paper) -> str:
    return "".join(
        _block(section.heading, _clean(section, sheet) + paper.lines(2))
        for section in chapter.sections
        if section.id == "what-would-change-my-mind"
    )


def _forecast_key(chapter: Chapter, sheet: Paper) -> str:
    return _block("What happened", _each(chapter, "bk-forecast", paper.outcomes, sheet))


def _cautions(chapter: Chapter, sheet: Paper) -> str:
    return "".join(
        _block(section.heading, _clean(section, sheet))
        for section in chapter.sections
        if section.id == "sources-for-this-chapter"
    )


def _end(chapter: Chapter, notes: Notes) -> str:
    """Where it comes from, and the list of sources."""
    from_book = (
        f'<p class="from">From the open book “{BOOK} Ukraine, Russia and the West in the spring of '
        f"2021”. Facts checked on {_day(chapter.facts_checked_on)}. Text and charts: CC BY 4.0.</p>"
    )
    return _block("Sources, with addresses", from_book + notes.html())


def _day(iso: str) -> str:
    from bookkit.figure import display_date  # matplotlib is slow to import

    return display_date(iso)


def _block(title: str, body: str, kind: str = "") -> str:
    named = f' class="{kind}"' if kind else ""
    return f"<section{named}><h2>{escape(title)}</h2>{body}</section>" if body else ""


def _clean(section: chapters.Section, sheet: Paper) -> str:
    return sheet.html(inner(section.element))


def _parts(element: Any, name: str) -> Iterator[Any]:
    """The components of one kind in a section, in reading order."""
    for found in element.iter("section"):
        if name in (found.get("class") or "").split():
            yield found


def _each(chapter: Chapter, name: str, render: Any, sheet: Paper) -> str:
    return "".join(
        sheet.html(render(found))
        for section in chapter.sections
        for found in _parts(section.element, name)
    )


# ---- labs ----------------------------------------------------------------------------------------


def labs(page: Path, places: Places) -> Iterator[Document]:
    """A lab's page on paper, and its key if the page folds answers away."""
    article = chapters.read_article(page).find("section")
    heading = article.find("h1")
    title = words(heading)
    heading.drop_tree()
    name = f"labs/{page.stem}"
    for form in article.xpath(APART):
        _print_apart(form)
    answers = article.xpath(
        ".//details[contains(@class, 'sd-dropdown')] | .//*[contains(@class, 'bk-quiz')]"
        " | .//*[contains(@class, 'bk-board')]"
    )
    for with_key in (False, True) if answers else (False,):
        sheet = Paper(name, places, answers=with_key)
        body = inner(sheet.element(article))
        words_for = "For the teacher" if with_key else "Lab"
        shown = f"Key to the lab: {title}" if with_key else title
        yield Document(
            f"lab-{page.stem}{'-key' if with_key else ''}",
            shown,
            f"{title}{' · Key' if with_key else ''}",
            f'<header class="head"><p class="kicker"><span>{BOOK}</span><span>{words_for}</span>'
            f"</p><h1>{escape(shown)}</h1></header>{body}"
            f"{_block('Sources, with addresses', sheet.notes.html())}",
        )


def _print_apart(form: Any) -> None:
    """Leave out what has a sheet of its own, with one sentence where the first of them stood."""
    before = form.getprevious()
    if before is not None and before.get("class") != "from":
        said = "<p class='from'>Each has a sheet of its own, which the teacher hands out.</p>"
        form.addprevious(lxml_html.fragment_fromstring(said))
    form.drop_tree()


# ---- printing ------------------------------------------------------------------------------------


def page(document: Document, style: str) -> str:
    """The whole HTML of a document; ``style`` is the sheet's file, relative to it."""
    own = f"<style>{document.style}</style>" if document.style else ""
    return (
        '<!DOCTYPE html>\n<html lang="en-GB"><head><meta charset="utf-8">'
        f"<title>{escape(document.title)}</title>"
        f'<link rel="stylesheet" href="{style}">{own}<style id="paper"></style></head>\n'
        f"<body><main>{document.body}</main></body></html>\n"
    )


def paper_style(document: Document, paper_name: str) -> str:
    """The rules for one size of paper: margins, and what stands at the foot of each page."""
    foot = document.foot.replace("\\", "").replace('"', "'")
    number = '"Page " counter(page) " of " counter(pages)' if document.counted else '""'
    return (
        f"@page {{ {PAPERS[paper_name]}; font: 8.5pt {FONT}; color: #52606d;"
        f' @bottom-left {{ content: "{foot}"; white-space: nowrap; }}'
        f" @bottom-right {{ content: {number}; }} }}"
    )


FONT = '"Source Sans Pro", "Noto Sans", Arial, sans-serif'


def prepare(documents: Iterable[Document], html: Path, folder: Path) -> list[Path]:
    """Write the documents as HTML files, with style and fonts beside them."""
    shutil.copytree(html / "_static" / "fonts", folder / "fonts", dirs_exist_ok=True)
    sheets = [WEB / "tokens.css", WEB / "hindsight.css", STYLE]
    style = "\n".join([paper.faces(html), *(one.read_text(encoding="utf-8") for one in sheets)])
    (folder / "print.css").write_text(style, encoding="utf-8")
    paths = []
    for document in documents:
        path = folder / f"{document.name}.html"
        path.write_text(page(document, "print.css"), encoding="utf-8")
        paths.append(path)
    return paths


def write(
    folder: Path, html: Path, made: Sequence[Document] | None = None, papers: Sequence[str] = ()
) -> list[Path]:
    """Print the handouts (or the documents ``made``) into a folder; return the PDFs' paths.

    Raises PrintError if there is no browser or it fails.
    """
    made = documents(html) if made is None else made
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as work:
        sources = prepare(made, html, Path(work))
        pairs = list(zip(made, sources, strict=True))
        return asyncio.run(_press(pairs, folder, papers or tuple(PAPERS)))


async def _press(
    pairs: Sequence[tuple[Document, Path]], folder: Path, papers: Sequence[str]
) -> list[Path]:
    from playwright.async_api import Error, async_playwright

    program = browser.find()
    if program is None:
        raise PrintError(browser.HELP)
    async with async_playwright() as playwright:
        try:
            launched = await playwright.chromium.launch(
                executable_path=str(program), args=browser.ARGUMENTS, timeout=60_000
            )
            turns = asyncio.Semaphore(AT_ONCE)
            jobs = [_print(launched, turns, *pair, folder, papers) for pair in pairs]
            done = await asyncio.gather(*jobs)
            await launched.close()
        except Error as error:
            raise PrintError(f"The browser could not print: {error.message}") from error
    return [path for paths in done for path in paths]


async def _print(
    launched: Any,
    turns: asyncio.Semaphore,
    document: Document,
    source: Path,
    folder: Path,
    papers: Sequence[str],
) -> list[Path]:
    """Print one document on each size of paper."""
    paths = []
    async with turns:
        sheet = await launched.new_page()
        await sheet.goto(source.as_uri())
        await sheet.evaluate("document.fonts.ready")
        for name in papers:
            rules = paper_style(document, name)
            await sheet.evaluate(
                "text => { document.getElementById('paper').textContent = text }", rules
            )
            printed = await sheet.pdf(
                prefer_css_page_size=True, print_background=True, tagged=True, outline=True
            )
            path = folder / f"{document.name}-{name}.pdf"
            path.write_bytes(DATES.sub(b"20260101000000", printed))
            paths.append(path)
        await sheet.close()
    return paths
