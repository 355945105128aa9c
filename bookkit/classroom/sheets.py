"""Sheets that a single step of a lesson needs: forms of the experiment, briefs of the controversy.

Both are read from the built teacher's edition, so that they say what its pages say.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from lxml import html as lxml_html

from bookkit import hindsight
from bookkit.classroom import chapters, paper
from bookkit.classroom.chapters import ChapterError, inner, outer
from bookkit.classroom.handouts import Document
from bookkit.classroom.paper import Notes, Paper, Places

FORMS_PAGE, PROTOCOLS = "labs/forecasting-log", "teaching/protocols"
FORMS, BRIEFS = "hindsight-forms", "controversy-briefs"
LETTER = re.compile(r"(<p[^>]*>)<strong>(Form [A-Z])\.</strong>\s*")
LONG_BLANK = re.compile(r"<p[^>]*>([^<]*?)\s*_{12,}</p>")
BLANK = re.compile(r"_{3,}( per cent)?")
STYLE = """
.sheet { break-after: page; font-size: 12pt; line-height: 1.45; }
.sheet:last-child { break-after: auto; }
.sheet > h2:first-child { margin-top: 0; padding: 0; border: 0; font-size: 20pt; }
.sheet ol > li { margin-bottom: 8pt; }
.sheet .notes { font-size: 8pt; line-height: 1.3; }
.sheet.form { font-size: 13.5pt; line-height: 1.5; }
.sheet.form > p, .sheet.form li { margin-bottom: 12pt; }
.sheet .fill { white-space: nowrap; }
"""


def documents(html: Path) -> list[Document]:
    """The sheets of the built book; raises HindsightError or ChapterError if a page lacks one."""
    places = Places(html, chapters.read(html))
    return [forms(html, places), briefs(html, places)]


def forms(html: Path, places: Places) -> Document:
    """The two forms of the hindsight experiment, a page each, that look alike from afar.

    Neither title nor foot says that there are two, and no page is counted.
    """
    sheet = Paper(FORMS_PAGE, places, cite=False)
    found = hindsight.printed_forms(html / "chapters" / f"{FORMS_PAGE}.html")
    body = "".join(
        f'<section class="sheet form">{for_a_hand(sheet.html(form))}</section>'
        for form in found.values()
    )
    title = "A judgement about one evening"
    return Document(FORMS, title, title, body, STYLE, counted=False)


def for_a_hand(form: str) -> str:
    """Head a form with its letter, and turn its underscores into lines to write on."""
    headed = LETTER.sub(r"<h2>\2</h2>\1", form)
    long = LONG_BLANK.sub(rf"<p>\1</p>{paper.lines(2)}", headed)
    return BLANK.sub(r'<span class="fill"><span class="blank"></span>\1</span>', long)


def briefs(html: Path, places: Places) -> Document:
    """The two briefs of the structured controversy, a page each, with sentence and frames."""
    article = chapters.read_article(html / "chapters" / f"{PROTOCOLS}.html")
    question = _only(article, ".//p[starts-with(normalize-space(), 'The sentence:')]")
    frames = _only(article, ".//p[normalize-space()='Sentence frames']/following-sibling::ul[1]")
    body, cited = "", 0
    for side in ("for", "against"):
        notes = Notes(first=cited + 1)
        sheet = Paper(PROTOCOLS, places, notes)
        reasons = _only(article, f".//section[@id='brief-{side}']/ol")
        body += (
            f'<section class="sheet"><h2>Brief {side}</h2>{sheet.html(outer(question))}'
            f"{sheet.html(outer(reasons))}<h3>Our three arguments</h3>{paper.lines(3)}"
            f"<h3>Sentence frames</h3><ul>{sheet.html(inner(frames))}</ul>"
            f"<h3>Sources, with addresses</h3>{notes.html()}</section>"
        )
        cited += len(notes.numbers)
    title = "Structured controversy: two briefs"
    return Document(BRIEFS, title, title, body, STYLE)


def _only(article: Any, path: str) -> lxml_html.HtmlElement:
    """The one element at a path; raise ChapterError if there is none or more than one."""
    found = article.xpath(path)
    if len(found) != 1:
        raise ChapterError(
            f"{PROTOCOLS} has {len(found)} elements at {path}, and the print of the briefs needs "
            "one. Mend the page, or the path in bookkit/classroom/sheets.py."
        )
    return found[0]
