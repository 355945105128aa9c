"""The quiz bank for learning platforms: five files and a page that says which one to take.

`write` makes them all from ``data/quiz``. Nothing is written while a quiz file is wrong, and each
file appears whole or not at all. What each format carries, and what its programs do at a second
import, stands in its module: `moodle`, `gift`, `qti12`, `qti3`, `table`.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from bookkit.classroom import bank
from bookkit.classroom.gift import gift, write_gift
from bookkit.classroom.moodle import moodle, write_moodle
from bookkit.classroom.qti3 import qti3, write_qti3
from bookkit.classroom.qti12 import asks, qti12, write_qti12
from bookkit.classroom.table import table, write_table
from bookkit.quizfile import Quiz

__all__ = ["write", "write_gift", "write_moodle", "write_qti3", "write_qti12", "write_table"]

GUIDE = """\
{title} The quiz bank for your learning platform
{line}

{count} questions: {kinds}.
Every question carries feedback, the section to read again, and its sources.
These files hold the answers. Keep them from students. {licence}.

Which file?

  Moodle              moodle.xml    all types; Moodle 4.4 or newer for questions of order
  Moodle before 4.4   gift.txt      an order is asked as a match of places
  Canvas              qti12.zip     see below
  Brightspace         qti12.zip     and any other platform that reads QTI 1.2
  QTI 3.0 platforms   qti3.zip      all types
  QTI 2.1 platforms   first run: qti-convert downgrade qti3.zip qti21.zip
                      (from the Python package citolab-qti-convert)
  A spreadsheet       items.csv     UTF-8; Excel opens it with a double click

How to import

  Moodle: Question bank, Import, "Moodle XML format" or "GIFT format", and under General tick
  "Get category from file". You get a category for each chapter and learning objective, so a
  quiz can draw questions at random from one objective.
  Canvas: Settings, Import Course Content, "QTI .zip file". You get a quiz for each chapter.

What differs

  qti12.zip knows no matching and no ordering. Those {parted} questions are asked part by part, as
  {parts} questions of one answer, so the file has {asked} questions in all. After a wrong number
  all known slips are shown, not only the one that was made.
  moodle.xml and gift.txt: Moodle keeps no feedback for a single step or pair. It stands in the
  feedback that everybody sees at the end.
  items.csv has no marking of its own.

If you import again

  Moodle never updates. It adds the questions once more; the second copies have no ID number.
  Delete the first ones, or import into a new course.
  Canvas: tick "Overwrite assessment content with matching IDs".
  QTI 3.0: every question keeps its identifier; what happens is up to the platform.
"""


def write(folder: Path, quizzes: Path | None = None) -> list[Path]:
    """Write all files for learning platforms into ``folder``; raises QuizError, then none is."""
    found = bank.read(quizzes)
    contents = {
        "README.txt": guide(found).encode("utf-8-sig"),
        "moodle.xml": moodle(found),
        "gift.txt": gift(found).encode(),
        "qti12.zip": qti12(found),
        "qti3.zip": qti3(found),
        "items.csv": table(found).encode("utf-8-sig"),
    }
    return [bank.put(folder / name, content) for name, content in contents.items()]


def guide(quizzes: tuple[Quiz, ...]) -> str:
    """What to take and what to expect, in plain text, with the counts of this bank."""
    items = bank.items(quizzes)
    counts = Counter(item.type for item in items)
    parted = [item for item in items if item.type in ("order", "match")]
    words = {
        "one": "of one answer",
        "several": "of several answers",
        "number": "of a number",
        "order": "of order",
        "match": "of matching",
    }
    title = f"{bank.TITLE} The quiz bank for your learning platform"
    return GUIDE.format(
        title=bank.TITLE,
        line="=" * len(title),
        count=len(items),
        kinds=", ".join(f"{counts[kind]} {text}" for kind, text in words.items() if counts[kind]),
        licence=bank.LICENCE,
        parted=len(parted),
        parts=sum(len(list(asks(item))) for item in parted),
        asked=sum(len(list(asks(item))) for item in items),
    )
