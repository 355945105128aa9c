"""The quiz bank as every export sees it: all of ``data/quiz``, in plain words, with stable ids.

Nothing here copies a question: `read` loads the files through `bookkit.quizfile`, which refuses a
faulty one before anything is written. `put` and `packed` write files whole and always the same.
"""

from __future__ import annotations

import html
import io
import json
import os
import tempfile
import zipfile
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from bookkit import data
from bookkit.figure import display_date
from bookkit.quizfile import Item, Quiz, QuizError, load

TITLE = "Alone beside a giant?"
STEM = "alone-beside-a-giant"  # how files and ids of this book start
LICENCE = "CC BY 4.0, the authors of “Alone beside a giant?”"
EPOCH = (2021, 4, 22, 0, 0, 0)  # the date of every file in a zip: the same at every run

ENDS = (".", "?", "!", "…")  # after these no full stop is put

Note = tuple[str, str]  # what a reader may answer or must place, and what the book says of it


def read(folder: Path | None = None) -> tuple[Quiz, ...]:
    """Every quiz in ``folder`` (``data/quiz`` unless given), by chapter.

    Raises QuizError for a folder without quizzes and for a file that breaks its schema.
    """
    folder = folder or data.ROOT / "data" / "quiz"
    names = sorted(path.stem for path in folder.glob("*.yml"))
    if not names:
        raise QuizError(f"{folder.name}: there is no quiz file (*.yml) here. Restore data/quiz.")
    return tuple(sorted((load(name, folder) for name in names), key=lambda quiz: quiz.page))


def items(quizzes: Iterable[Quiz]) -> list[Item]:
    """All questions, in the order of the book."""
    return [item for quiz in quizzes for item in quiz.items]


def chapter(page: str) -> int:
    """The number of the chapter with this file name: 2 for 02-eight-weeks-at-the-border."""
    return int(page.split("-")[0])


def uid(item: Item) -> str:
    """The id under which other programs keep this question; it follows the item's own id only.

    Without a dot, which QTI keeps for variables of a test: alone-beside-a-giant-2-1.
    """
    return f"{STEM}-{item.id.replace('.', '-')}"


def name(item: Item, length: int = 80) -> str:
    """A short name that sorts by number, such as '2.04 How did Moscow describe …'."""
    major, minor = item.id.split(".")
    text = " ".join(item.stem.split())
    cut = text if len(text) <= length else text[:length].rsplit(" ", 1)[0] + " …"
    return f"{major}.{int(minor):02} {cut}"


def tags(item: Item) -> list[str]:
    """Words without spaces by which a teacher can filter."""
    return [
        f"chapter-{chapter(item.page)}",
        f"objective-{item.objective}",
        f"level-{item.level.lower()}",
        f"section-{item.section}",
    ]


@cache
def objectives(page: str) -> tuple[str, ...]:
    """The learning objectives of a chapter, as its first cell lists them; none without chapter."""
    path = data.ROOT / "chapters" / f"{page}.ipynb"
    if not path.is_file():
        return ()
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return tuple(cells[0]["metadata"].get("bookkit", {}).get("objectives", ()))


def objective(item: Item) -> str:
    """What a reader can do who answers such questions, or '' where the chapter does not say."""
    known, number = objectives(item.page), int(item.objective.split(".")[1])
    return known[number - 1] if number <= len(known) else ""


def number(value: float) -> str:
    """A number with a point and no separators, which every program can read: 16800, 0.25."""
    return str(int(value)) if float(value).is_integer() else repr(float(value))


def asked(item: Item) -> str:
    """The question as asked where the form of the answer does not show: with its unit."""
    if item.type != "number":
        return item.stem
    return f"{item.stem} Answer with a number: … {item.content['unit']}."


def rights(item: Item) -> list[str]:
    """The choices of a match in the order of the file: the right ones, then the extra ones."""
    return [pair["right"] for pair in item.content["pairs"]] + list(item.content.get("extra", []))


def key(item: Item) -> str:
    """The right answer in words."""
    content = item.content
    if item.type in ("one", "several"):
        return "; ".join(option["text"] for option in content["options"] if option["correct"])
    if item.type == "number":
        spread = content["tolerance"]
        margin = f" (up to {number(spread)} more or less)" if spread else ""
        return f"{number(content['answer'])} {content['unit']}{margin}"
    if item.type == "order":
        steps = enumerate(content["steps"], start=1)
        return "; ".join(f"{place}. {step['text']}" for place, step in steps)
    return "; ".join(f"{pair['left']}: {pair['right']}" for pair in content["pairs"])


def why(item: Item) -> str:
    """Why the key is right; for one answer the book says so in the right option's feedback."""
    if item.type == "one":
        return next(str(o["feedback"]) for o in item.content["options"] if o["correct"])
    return str(item.content["why"])


def notes(item: Item) -> list[Note]:
    """What the book says of each answer, step or pair, in the order of the file."""
    content = item.content
    if item.type in ("one", "several"):
        return [(option["text"], option["feedback"]) for option in content["options"]]
    if item.type == "order":
        return [(step["text"], step["feedback"]) for step in content["steps"]]
    if item.type == "match":
        return [(f"{p['left']}: {p['right']}", p["feedback"]) for p in content["pairs"]]
    misses = [(number(miss["value"]), miss["feedback"]) for miss in content.get("near_misses", [])]
    rest = [
        ("Any other lower number", content["low"]),
        ("Any other higher number", content["high"]),
    ]
    return [*misses, *rest]


def again(item: Item) -> str:
    """Where the answer stands in the book."""
    return f"Chapter {chapter(item.page)}, section {item.heading}"


def sources(item: Item) -> list[tuple[str, str]]:
    """Who said it when, and the address, of each source of the item."""
    found = []
    for source in data.sources(item.sources):
        who = source.publisher or source.author or source.title
        parts = [who, display_date(source.date)]
        found.append((", ".join(part for part in parts if part), source.url))
    return found


def reading(item: Item) -> str:
    """Two paragraphs of HTML: the section to read again, and the sources with their addresses."""
    cited = "; ".join(
        f'<a href="{escape(url)}">{escape(text)}</a>' if url else escape(text)
        for text, url in sources(item)
    )
    return f"<p>Read again: {escape(again(item))}.</p><p>Sources: {cited}.</p>"


def listed(pairs: Iterable[Note]) -> str:
    """Notes as an HTML list, for programs that keep feedback only for the whole question."""
    rows = "".join(
        f"<li><strong>{escape(label)}{'' if label.endswith(ENDS) else '.'}</strong> "
        f"{escape(text)}</li>"
        for label, text in pairs
    )
    return f"<ul>{rows}</ul>"


def escape(text: str) -> str:
    """Plain text as HTML; a line break stays one."""
    return html.escape(text, quote=False).replace('"', "&quot;").replace("\n", "<br>")


# ---- writing -------------------------------------------------------------------------------------


def put(path: Path, content: bytes) -> Path:
    """Write a file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, half = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        Path(half).chmod(0o644)
        Path(half).replace(path)
    except BaseException:
        Path(half).unlink(missing_ok=True)
        raise
    return path


def packed(files: Mapping[str, bytes]) -> bytes:
    """A zip of these files, byte for byte the same at every run."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for path, content in files.items():
            entry = zipfile.ZipInfo(path, EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content)
    return stream.getvalue()
