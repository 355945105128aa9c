"""The classroom kit: everything a teacher takes into a lesson, in one folder with an index.

``make classroom`` writes it from the teacher's edition of the built book. It is written beside the
old kit and takes its place when it is whole, so a failure leaves the old one as it was.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from html import escape
from pathlib import Path

from bookkit import data, offline
from bookkit.assets import WEB
from bookkit.classroom import cards, chapters, handouts, lms, paper, prints, sheets, slides
from bookkit.classroom.chapters import Chapter
from bookkit.classroom.handouts import Document

STYLE = Path(__file__).with_name("kit.css")
TITLE = "Classroom kit"
BOOK = "Alone beside a giant?"
POLICY = "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self'; connect-src 'self'"


class KitError(RuntimeError):
    """The kit cannot be made; the message says how to mend it."""


# ---- making it -----------------------------------------------------------------------------------


def make(html: Path, target: Path, student: Path | None = None) -> Path:
    """Write the whole kit from the built book ``html`` to the folder ``target``; return it.

    ``student`` is the student edition, if it has been built; else it is, beside ``target``.
    Raises KitError, or the error of the part that failed; then ``target`` is as it was.
    """
    check(html)
    new, old = (target.with_name(f".{target.name}-{name}") for name in ("new", "old"))
    for left in (new, old):  # of a run that was broken off
        shutil.rmtree(left, ignore_errors=True)
    new.mkdir(parents=True)
    try:
        made = [*handouts.documents(html), *sheets.documents(html), *prints.documents()]
        with ThreadPoolExecutor(max_workers=2) as workers:  # the browser prints meanwhile
            jobs = [
                workers.submit(_offline, html, new / "offline", student, target.parent),
                workers.submit(_exports, html, new),
            ]
            _printed(html, new, made)
            for job in jobs:
                job.result()
        (new / "kit.css").write_text(_style(html), encoding="utf-8")
        titles = {document.name: document.title for document in made}
        page = index(new, chapters.read(html), titles)
        (new / "index.html").write_text(page, encoding="utf-8")
        if target.exists():
            target.rename(old)
        new.rename(target)
    finally:
        for left in (new, old):
            shutil.rmtree(left, ignore_errors=True)
    return target


def check(html: Path) -> None:
    """Raise KitError unless ``html`` is the teacher's edition of the built book."""
    front = html / "index.html"
    if not front.is_file():
        raise KitError(f"{html} holds no built book. Run `make book` first.")
    if 'data-edition="student"' in front.read_text(encoding="utf-8"):
        raise KitError(f"{html} is the student edition, without answers. Run `make book` first.")


def _printed(html: Path, folder: Path, made: Sequence[Document]) -> None:
    """Print everything with one browser, then put each PDF into its folder."""
    for path in handouts.write(folder / "print", html, made):
        home = folder / home_of(path.name)
        home.mkdir(exist_ok=True)
        path.rename(home / path.name)
    (folder / "print").rmdir()


def home_of(name: str) -> str:
    """The folder of a print: handouts, labs or simulation."""
    starts = {"lab-": "labs", sheets.FORMS: "labs", "border-watch-": "simulation"}
    return next((home for start, home in starts.items() if name.startswith(start)), "handouts")


def _exports(html: Path, folder: Path) -> None:
    slides.write(folder / "slides", html)
    lms.write(_made(folder / "lms"))
    cards.write(_made(folder / "cards"))


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _offline(html: Path, folder: Path, student: Path | None, build: Path) -> None:
    """The book as a zip for the teacher and, without answers, for the class."""
    offline.write(html, folder / f"{offline.NAME}-teacher.zip")
    student = student or _build_student(build / "student" / "_build")
    offline.write(student, folder / f"{offline.NAME}-student.zip")


def _build_student(folder: Path) -> Path:
    """Build the student edition, or bring it up to date, and return its pages.

    Raises KitError if it has a fault.
    """
    command = [sys.executable, "-m", "bookkit.editions", "student", str(folder)]
    environment = {**os.environ, "EDITION": "student"}
    done = subprocess.run(
        command, cwd=data.ROOT, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        said = (done.stdout + done.stderr)[-2000:]
        raise KitError(f"The student edition cannot be built:\n{said}")
    return folder / "html"


def _style(html: Path) -> str:
    tokens = (WEB / "tokens.css").read_text(encoding="utf-8")
    dark = "@media screen and (prefers-color-scheme: dark) {" + _dark(tokens) + "}"
    faces = paper.faces(html).replace("fonts/", "slides/assets/fonts/")
    return "\n".join([faces, tokens, dark, STYLE.read_text(encoding="utf-8")])


def _dark(tokens: str) -> str:
    """The dark colours, which the book's script switches on, for a page without a script."""
    start = tokens.index('html[data-theme="dark"]')
    values = tokens[tokens.index("{", start) + 1 : tokens.index("}", start)]
    return f":root {{{values}}}"


# ---- the index -----------------------------------------------------------------------------------

LMS = {
    "README.txt": ("Read me", "which file fits which platform, and how to import it"),
    "moodle.xml": ("Moodle", "question bank by chapter and objective, with feedback per option"),
    "gift.txt": ("GIFT", "the same questions as plain text, for Moodle and other tools"),
    "qti12.zip": ("QTI 1.2", "for Canvas and older platforms"),
    "qti3.zip": ("QTI 3.0", "for platforms that follow the newest standard"),
    "items.csv": ("Spreadsheet", "every question with key, feedback, objective and sources"),
}
SIMULATION = {
    "cards": ("Cards", "briefs, sealed cards, news, reports and dials; one set for a class"),
    "decision-sheets": ("Decision sheets", "one for each team; copy it for every turn"),
    "day-ladder": ("Day ladder", "eight strips to cut apart and put in order"),
    "control-script": ("Control script", "for the teacher only: plan, news, branches, debrief"),
}
SHEETS = {
    sheets.BRIEFS: (
        "Structured controversy, two briefs",
        "for and against, a page each; print as many of both as there are groups of four",
    ),
    sheets.FORMS: (
        "Hindsight experiment, two forms",
        "print on one side, as many of the first page as of the second; shuffle them into one "
        "pile and deal it face down. One form tells how April 2021 ended: show neither before",
    ),
}
PAPERS = {"a4": "A4", "letter": "US Letter"}


def index(folder: Path, read: Sequence[Chapter], labs: Mapping[str, str]) -> str:
    """The index of a kit: every file with its use and size, in the order of need.

    ``labs`` gives the titles of the prints of labs by their names.
    """
    parts = [
        _section(
            "Chapters",
            _lead("chapters"),
            "".join(_chapter(folder, one) for one in read) + _sheet(folder, sheets.BRIEFS),
        ),
        _section("Border Watch, the simulation", _lead("simulation"), _simulation(folder)),
        _section("Labs", _lead("labs"), _labs(folder, labs) + _sheet(folder, sheets.FORMS)),
        _section("Questions for a learning platform", _lead("lms"), _lms(folder)),
        _section("Cards to learn with", _lead("cards"), _cards(folder)),
        _section("The book without internet", _lead("offline"), _zips(folder)),
    ]
    return (
        '<!DOCTYPE html>\n<html lang="en-GB"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        f"<title>{TITLE}: {BOOK}</title>"
        '<link rel="stylesheet" href="kit.css">'
        '<link rel="icon" href="slides/assets/favicon.svg"></head>\n'
        f'<body><main><p class="kicker">{BOOK}</p><h1>{TITLE}</h1>'
        f'<p class="lead">{_lead("kit")}</p>{"".join(parts)}</main></body></html>\n'
    )


LEADS = {
    "kit": "Everything for teaching with the book, from the teacher’s edition. It works without "
    "internet. Files marked <b>key</b> hold answers: keep them from the students. How to choose, "
    "and plans for 50 and 90 minutes and for three weeks, stand in the teacher’s guide, which is "
    "part of the teacher’s book below.",
    "chapters": "Slides open in a browser: arrows to go on, <kbd>S</kbd> for notes in a window of "
    "their own, <kbd>T</kbd> for notes on the slide, <kbd>O</kbd> for an overview. To print them, "
    "put <code>?print-pdf</code> after the address. Handouts are printed on paper: guesses, "
    "boards, charts, exercises, talk and quiz.",
    "simulation": "Seven teams, four turns. The teacher’s book runs it on the screen (page “Border "
    "Watch: control”); these prints run it on paper.",
    "labs": "The labs of the book on paper, where a class has no screens.",
    "lms": "The questions of the book, with feedback and steady ids. Start with the read-me.",
    "cards": "A deck for Anki, free for computers and Android. Its cards carry feedback and the "
    "section to read again.",
    "offline": "Unpack the zip and open <code>START-HERE.html</code>. Give the student edition to "
    "the class: it holds no answers.",
}


def _lead(name: str) -> str:
    return LEADS[name]


def _section(title: str, lead: str, body: str) -> str:
    return f"<section><h2>{escape(title)}</h2><p>{lead}</p>{body}</section>" if body else ""


def _chapter(folder: Path, chapter: Chapter) -> str:
    of = f"of chapter {chapter.number}"
    links = [
        _link(folder, f"slides/{chapter.page}.html", "Slides", f"Slides {of}"),
        *_papers(folder, f"handouts/{chapter.page}", "Handout", f"Handout {of}"),
        *_papers(folder, f"handouts/{chapter.page}-key", "Key", f"Key {of}"),
    ]
    title = f"<h3>{chapter.number} {escape(chapter.title)}</h3>"
    return f'<div class="row">{title}{_list(links)}</div>'


def _simulation(folder: Path) -> str:
    return "".join(
        _row(name, use, _papers(folder, f"simulation/border-watch-{part}", "", name))
        for part, (name, use) in SIMULATION.items()
    )


def _labs(folder: Path, titles: Mapping[str, str]) -> str:
    rows = ""
    for path in sorted((folder / "labs").glob("lab-*-a4.pdf")):
        stem = path.name.removesuffix("-a4.pdf")
        if not stem.endswith("-key"):
            title = titles.get(stem, stem)
            links = _papers(folder, f"labs/{stem}", "Lab", f"Lab: {title}")
            if (folder / "labs" / f"{stem}-key-a4.pdf").is_file():
                links += _papers(folder, f"labs/{stem}-key", "Key", f"Key: {title}")
            rows += _row(title, "", links)
    return rows


def _sheet(folder: Path, stem: str) -> str:
    """The row of a sheet that one step of a lesson needs."""
    name, use = SHEETS[stem]
    home = home_of(stem)
    return _row(name, use, _papers(folder, f"{home}/{stem}", "", name))


def _lms(folder: Path) -> str:
    return "".join(
        _row(name, use, [_link(folder, f"lms/{file}", file, f"{name}: {file}")])
        for file, (name, use) in LMS.items()
    )


def _cards(folder: Path) -> str:
    use = "import it with File, Import; a later import updates the cards"
    return "".join(
        _row("Anki deck", use, [_link(folder, f"cards/{path.name}", path.name)])
        for path in _files(folder / "cards")
    )


def _zips(folder: Path) -> str:
    uses = {"student": "for the class: no answers", "teacher": "with answers and teacher’s guide"}
    return "".join(
        _row(
            f"{edition.capitalize()} edition",
            use,
            [_link(folder, f"offline/{path.name}", path.name)],
        )
        for edition, use in uses.items()
        for path in _files(folder / "offline")
        if path.stem.endswith(edition)
    )


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _row(name: str, use: str, links: Iterable[str]) -> str:
    said = f": <span>{escape(use)}</span>" if use else ""
    return f'<div class="row"><h3>{escape(name)}{said}</h3>{_list(links)}</div>'


def _list(links: Iterable[str]) -> str:
    return f'<ul class="files">{"".join(f"<li>{link}</li>" for link in links)}</ul>'


def _papers(folder: Path, stem: str, name: str, label: str) -> list[str]:
    """Links to one print on each size of paper."""
    return [
        _link(
            folder,
            f"{stem}-{paper}.pdf",
            f"{name}, {size}" if name else size,
            f"{label}, {size}",
        )
        for paper, size in PAPERS.items()
    ]


def _link(folder: Path, path: str, text: str, label: str = "") -> str:
    """A link with the file's size; raises KitError if the file was not written."""
    if not (folder / path).is_file():
        raise KitError(f"The kit lacks {path}. Say so at the book's issue tracker.")
    named = f' aria-label="{escape(label, quote=True)}"' if label and label != text else ""
    large = weight((folder / path).stat().st_size)
    return (
        f'<a href="{escape(path, quote=True)}"{named}>{escape(text)}</a> '
        f'<span class="size">{large}</span>'
    )


def weight(count: int) -> str:
    """A number of bytes as readers know it: '12 kB', '1.3 MB'."""
    return f"{count / 1e6:.1f} MB" if count >= 1e6 else f"{max(1, round(count / 1e3))} kB"


def main(html: Path, target: Path, student: Path | None = None) -> None:
    """Make the kit, or say in one message why not."""
    expected: tuple[type[Exception], ...] = (KitError, handouts.PrintError, ValueError, OSError)
    try:
        made = make(html, target, student)
    except expected as error:
        sys.exit(f"The classroom kit was not made: {error}")
    print(f"Open {made}/index.html ({weight(sum(path.stat().st_size for path in _files(made)))})")
