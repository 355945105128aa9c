"""The page "My learning": what there is to learn, written into it when the book is built.

``chapters/my-learning.md`` leaves a box for each part; ``web/learning.js`` fills it from what the
browser has kept. The first box gets a list of everything (as JSON, since a page opened from a disk
may fetch nothing) and, for readers without scripts, the chapters as a table.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bookkit import quizfile

PAGE = "chapters/my-learning"  # as Sphinx names it
BOX = '<div class="bk-learning" data-part="{}"></div>'
NO_SCRIPTS = (
    "<p>This page needs JavaScript, which is switched off or did not load. Without it you can "
    "still read every chapter, open the answer to each question and keep a list of what you "
    "missed. These are the chapters and their questions.</p>"
)


@dataclass(frozen=True)
class Chapter:
    """A chapter of the built book: file name without ending, title, ids of its sections."""

    page: str
    title: str
    sections: tuple[str, ...]

    @property
    def href(self) -> str:
        """The way from My learning, which stands in the same folder."""
        return f"{self.page}.html"


def fill(body: str, chapters: Sequence[Chapter]) -> str:
    """The page's HTML with the list of what there is to learn in its first box."""
    listed = contents(chapters)
    payload = json.dumps(listed, ensure_ascii=False, separators=(",", ":")).replace("</", r"<\/")
    script = f'<script type="application/json" class="bk-data">{payload}</script>'
    notice = f'<div class="bk-learning" data-part="notice">{NO_SCRIPTS}</div>'
    table = f'<div class="bk-learning" data-part="progress">{_table(listed)}</div>'
    body = body.replace(BOX.format("progress"), table)
    return body.replace(BOX.format("notice"), f'{notice}<div class="bk-learning">{script}</div>')


def contents(chapters: Sequence[Chapter]) -> dict[str, Any]:
    """Pages, items, forecasts and boards that the book has, as web/learning.js reads them.

    Items and boards of a page that is not in the book are left out.
    """
    from bookkit import boardfile, forecast, quizfile  # slow to import, and only here of use
    from bookkit.quiz import DIAGNOSTIC

    pages = {chapter.page for chapter in chapters}
    quizzes = [quizfile.load(name) for name in _names("quiz")]
    boards = [boardfile.load(name) for name in _names("boards")]
    return {
        "pages": [
            {"page": one.page, "title": one.title, "href": one.href, "sections": one.sections}
            for one in chapters
        ],
        "items": [
            {"id": item.id, "version": item.version, "stem": item.stem, "page": item.page}
            for quiz in sorted(quizzes, key=lambda one: one.page)
            for item in quiz.items
            if item.page in pages
        ],
        "book": book_version(item for quiz in quizzes for item in quiz.items),
        "diagnostic": DIAGNOSTIC,
        "forecasts": [
            {"id": asked.id, "version": asked.version, "question": one.question,
             "outcome": int(one.outcome), "again": asked is not one}
            for one in forecast.load()
            for asked in (one, one.update)
            if asked
        ],
        "boards": [
            {"name": one.name, "version": one.version, "of": len(one.cards)}
            for one in boards
            if one.page in pages
        ],
    }  # fmt: skip


def book_version(items: Iterable[quizfile.Item]) -> str:
    """Short digest of all questions and keys; a saved file tells by it which book it is from."""
    versions = sorted(f"{item.id} {item.version}" for item in items)
    return hashlib.sha256("\n".join(versions).encode()).hexdigest()[:10]


def _names(folder: str) -> list[str]:
    from bookkit import data

    return sorted(path.stem for path in (data.ROOT / "data" / folder).glob("*.yml"))


def _table(listed: Mapping[str, Any]) -> str:
    rows = "".join(
        f'<tr><th scope="row"><a href="{page["href"]}">{escape(page["title"])}</a></th>'
        f"<td>{len(page['sections'])}</td>"
        f"<td>{sum(item['page'] == page['page'] for item in listed['items'])}</td></tr>"
        for page in listed["pages"]
    )
    return (
        '<div class="bk-scroll" tabindex="0" role="region" aria-label="Chapters and questions">'
        '<table><thead><tr><th scope="col">Chapter</th><th scope="col">Sections</th>'
        f'<th scope="col">Questions</th></tr></thead><tbody>{rows}</tbody></table></div>'
    )


# ---- what Sphinx knows of the chapters -----------------------------------------------------------


def chapters_of(env: Any) -> list[Chapter]:
    """The chapters among the pages Sphinx has read: those whose name starts with a number."""
    from docutils import nodes

    found = []
    for name in sorted(env.found_docs):
        page = name.removeprefix("chapters/")
        if name == page or not page[:2].isdigit():
            continue
        (whole,) = env.tocs[name].children[:1] or (None,)
        inner = whole.children[1].children if whole and len(whole.children) > 1 else ()
        links = [next(iter(entry.findall(nodes.reference))) for entry in inner]
        sections = tuple(link["anchorname"].lstrip("#") for link in links)
        title = f"{int(page[:2])}. {env.titles[name].astext()}"
        found.append(Chapter(page, title, sections))
    return found


def outdated(_app: Any, env: Any) -> list[str]:
    """Write the page at each build: it lists what all others hold."""
    return [PAGE] if PAGE in env.found_docs else []
