"""The classroom kit: everything a teacher takes into a lesson, in one folder with an index.

``make classroom`` writes it from the teacher's edition of the built book. It is written beside the
old kit and takes its place when it is whole, so a failure leaves the old one as it was.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from html import escape
from pathlib import Path

from bookkit import data, offline
from bookkit.assets import WEB
from bookkit.classroom import cards, chapters, handouts, lms, paper, prints, slides
from bookkit.classroom.chapters import Chapter

STYLE = Path(__file__).with_name("kit.css")
TITLE = "Classroom kit"
BOOK = "Alone beside a giant?"
POLICY = "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self'; connect-src 'self'"


class KitError(RuntimeError):
    """The kit cannot be made; the message says how to mend it."""


@dataclass(frozen=True)
class File:
    """One file of the kit: what it is called on the index, and what it is for."""

    path: str  # below the kit's folder
    name: str
    use: str


# ---- making it -----------------------------------------------------------------------------------


def make(html: Path, target: Path) -> Path:
    """Write the whole kit from the built book ``html`` to the folder ``target``; return it.

    Raises KitError, or the error of the part that failed; then ``target`` is as it was.
    """
    check(html)
    new, old = (target.with_name(f".{target.name}-{name}") for name in ("new", "old"))
    for left in (new, old):  # of a run that was broken off
        shutil.rmtree(left, ignore_errors=True)
    new.mkdir(parents=True)
    try:
        _write(html, new, target.parent)
        (new / "index.html").write_text(index(new, chapters.read(html)), encoding="utf-8")
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


def _write(html: Path, folder: Path, build: Path) -> None:
    """Write the parts; the browser prints while exports and zips are made."""
    with ThreadPoolExecutor(max_workers=2) as workers:
        jobs = [
            workers.submit(_offline, html, folder / "offline", build),
            workers.submit(_exports, html, folder),
        ]
        _printed(html, folder)
        for job in jobs:
            job.result()
    (folder / "kit.css").write_text(_style(html), encoding="utf-8")


def _printed(html: Path, folder: Path) -> None:
    """Print everything with one browser, then put each PDF into its folder."""
    made = [*handouts.documents(html), *prints.documents()]
    for path in handouts.write(folder / "print", html, made):
        home = folder / home_of(path.name)
        home.mkdir(exist_ok=True)
        path.rename(home / path.name)
    (folder / "print").rmdir()


def home_of(name: str) -> str:
    """The folder of a print: handouts, labs or simulation."""
    starts = {"lab-": "labs", "border-watch-": "simulation"}
    return next((home for start, home in starts.items() if name.startswith(start)), "handouts")


def _exports(html: Path, folder: Path) -> None:
    slides.write(folder / "slides", html)
    lms.write(_made(folder / "lms"))
    cards.write(_made(folder / "cards"))


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _offline(html: Path, folder: Path, build: Path) -> None:
    """The book as a zip for the teacher, and, built apart, without answers for the class."""
    offline.write(html, folder / f"{offline.NAME}-teacher.zip")
    own = build / "student" / "_build"
    command = [sys.executable, "-m", "bookkit.editions", "student", str(own)]
    environment = {**os.environ, "EDITION": "student"}
    done = subprocess.run(
        command, cwd=data.ROOT, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise KitError(
            f"The student edition cannot be built:\n{(done.stdout + done.stderr)[-2000:]}"
        )
    offline.write(own / "html", folder / f"{offline.NAME}-student.zip")


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
PAPERS = {"a4": "A4", "letter": "US Letter"}


def index(folder: Path, read: Sequence[Chapter]) -> str:
    """The index of a kit: every file with its use and size, in the order of need."""
    parts = [
        _section("Chapters", _lead("chapters"), "".join(_chapter(folder, one) for one in read)),
        _section("Border Watch, the simulation", _lead("simulation"), _simulation(folder)),
        _section("Labs", _lead("labs"), _labs(folder)),
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
    "charts, exercises, talk and quiz.",
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
    deck = File(f"slides/{chapter.page}.html", "Slides", "")
    rows = [_link(folder, deck, f"Slides of chapter {chapter.number}")]
    for kind, name in (("", "Handout"), ("-key", "Key")):
        rows += [
            _link(
                folder,
                File(f"handouts/{chapter.page}{kind}-{sheet}.pdf", f"{name}, {size}", ""),
                f"{name} of chapter {chapter.number}, {size}",
            )
            for sheet, size in PAPERS.items()
        ]
    title = f"<h3>{chapter.number} {escape(chapter.title)}</h3>"
    return f'<div class="chapter">{title}<ul class="files">{"".join(rows)}</ul></div>'


def _simulation(folder: Path) -> str:
    return _listed(
        folder,
        [
            File(f"simulation/border-watch-{part}-{sheet}.pdf", f"{name}, {size}", use)
            for part, (name, use) in SIMULATION.items()
            for sheet, size in PAPERS.items()
        ],
    )


def _labs(folder: Path) -> str:
    files = []
    for path in sorted((folder / "labs").glob("*-a4.pdf")):
        stem = path.name.removesuffix("-a4.pdf")
        name = stem.removeprefix("lab-").removesuffix("-key").replace("-", " ").capitalize()
        use = "key, for the teacher" if stem.endswith("-key") else "for students"
        name += ", key" if stem.endswith("-key") else ""
        files += [
            File(f"labs/{stem}-{sheet}.pdf", f"{name}, {size}", use)
            for sheet, size in PAPERS.items()
        ]
    return _listed(folder, files)


def _lms(folder: Path) -> str:
    return _listed(folder, [File(f"lms/{name}", *texts) for name, texts in LMS.items()])


def _cards(folder: Path) -> str:
    use = "import it with File, Import; a later import updates the cards"
    return _listed(
        folder,
        [File(f"cards/{path.name}", "Anki deck", use) for path in _files(folder / "cards")],
    )


def _zips(folder: Path) -> str:
    uses = {"student": "for the class: no answers", "teacher": "with answers and teacher’s guide"}
    return _listed(
        folder,
        [
            File(f"offline/{path.name}", f"{edition.capitalize()} edition", use)
            for edition, use in uses.items()
            for path in _files(folder / "offline")
            if path.stem.endswith(edition)
        ],
    )


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _listed(folder: Path, files: Iterable[File]) -> str:
    rows = "".join(_link(folder, file) for file in files)
    return f'<ul class="files">{rows}</ul>' if rows else ""


def _link(folder: Path, file: File, label: str = "") -> str:
    """A link with the file's size; raises KitError if the file was not written."""
    path = folder / file.path
    if not path.is_file():
        raise KitError(f"The kit lacks {file.path}. Say so at the book's issue tracker.")
    named = f' aria-label="{escape(label, quote=True)}"' if label else ""
    use = f": {escape(file.use)}" if file.use else ""
    return (
        f'<li><a href="{escape(file.path, quote=True)}"{named}>{escape(file.name)}</a>{use} '
        f'<span class="size">({size(path.stat().st_size)})</span></li>'
    )


def size(count: int) -> str:
    """A number of bytes as readers know it: '12 kB', '1.3 MB'."""
    return f"{count / 1e6:.1f} MB" if count >= 1e6 else f"{max(1, round(count / 1e3))} kB"


def main(html: Path, target: Path) -> None:
    """Make the kit, or say in one message why not."""
    expected: tuple[type[Exception], ...] = (KitError, handouts.PrintError, ValueError, OSError)
    try:
        made = make(html, target)
    except expected as error:
        sys.exit(f"The classroom kit was not made: {error}")
    print(f"Open {made}/index.html ({size(sum(path.stat().st_size for path in _files(made)))})")
