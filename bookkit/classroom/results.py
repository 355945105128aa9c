"""A folder of students' results files -> a class with marked answers, and what had to be left out.

`read` takes whatever lies in the folder, zip files from a learning platform too. Each file that it
cannot use is named with the reason and the mend; the rest is used. Nothing leaves the machine.
"""

from __future__ import annotations

import json
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import pandas as pd

from bookkit import data, quizfile
from bookkit.classroom import resultfile
from bookkit.classroom.grading import AnswerError, grade
from bookkit.classroom.resultfile import FileError, ResultFile
from bookkit.learning import book_version
from bookkit.quiz import DIAGNOSTIC
from bookkit.quizfile import Item

KEPT = "put-files-here.txt"  # the folder's own note, which git keeps
INVENTED = (
    "invented-class.txt"  # marks a folder whose files were made by bookkit.classroom.invented
)
ANALYSIS = "analysis"  # where tables of an earlier analysis lie, below the class's folder
MOST_FILES = 5000
LISTED = 4  # items named one by one before "and others"
HIDDEN = (".DS_Store", "Thumbs.db", "desktop.ini", ".gitkeep")


@dataclass(frozen=True)
class Answer:
    """One try at an item, marked with the key of this book."""

    item: str
    answer: Any
    right: bool
    confidence: int  # percent
    at: str  # ISO date and time


@dataclass(frozen=True)
class Student:
    """One student's file. Answers by item id: the first ever, before the book, after the book."""

    label: str  # a name or code, or "Student 07" where names are left out
    file: str
    saved: str  # ISO date
    edition: str
    first: Mapping[str, Answer]
    before: Mapping[str, Answer]
    after: Mapping[str, Answer]
    read: Mapping[str, frozenset[str]]  # sections by page


@dataclass(frozen=True)
class Remark:
    """What is said of a file: why it was skipped, or what was left out of it."""

    file: str
    words: str


@dataclass(frozen=True)
class Results:
    """The class; ``items`` are all questions of the book, in the order of its chapters."""

    students: tuple[Student, ...]
    skipped: tuple[Remark, ...]
    remarks: tuple[Remark, ...]  # on files that are used
    items: tuple[Item, ...]
    invented: bool


def read(folder: Path, names: bool = True, quizzes: Path | None = None) -> Results:
    """Read all files below a folder.

    names: whether to show names and file names; without, students and files are numbered.
    quizzes: the folder of the quiz files, ``data/quiz`` of the book unless given.

    Raises FileNotFoundError if there is no such folder.
    """
    if not folder.is_dir():
        raise FileNotFoundError(f"{folder} is no folder. Make it and put the class's files there.")
    items = all_items(quizzes)
    found = sorted(_contents(folder))
    called = dict(zip((name for name, _ in found), _file_names(found, names), strict=True))
    sound, skipped = _sound(found)
    versions = {item.id: item.version for item in items.values()}
    students: dict[str, Student] = {}
    left_out: dict[str, str] = {}
    for file in sound:
        try:
            students[file.name], left_out[file.name] = _student(file, items, versions)
        except FileError as problem:
            skipped[file.name] = str(problem)
    usable = [file for file in sound if file.name in students]
    kept, doubled, shared = _one_each(usable, called)
    number = {file.name: n for n, file in enumerate(sorted(kept, key=lambda one: one.digest), 1)}
    labelled = [
        replace(
            students[file.name],
            file=called[file.name],
            label=(file.who or f"({file.name})") if names else f"Student {number[file.name]:02}",
        )
        for file in kept
    ]
    remarks = [*shared, *((file.name, left_out[file.name]) for file in kept)]
    return Results(
        tuple(sorted(labelled, key=lambda one: one.label.casefold())),
        tuple(Remark(called[name], why) for name, why in sorted({**skipped, **doubled}.items())),
        tuple(Remark(called[name], words) for name, words in remarks if words),
        tuple(items.values()),
        (folder / INVENTED).exists(),
    )


def all_items(quizzes: Path | None = None) -> dict[str, Item]:
    """All questions of the book by id, in the order of chapters."""
    folder = quizzes or data.ROOT / "data" / "quiz"
    paths = sorted(folder.glob("*.yml"))
    return dict(_items(folder, tuple((path.stem, path.stat().st_mtime_ns) for path in paths)))


@lru_cache(maxsize=4)
def _items(folder: Path, files_as_of: tuple[tuple[str, int], ...]) -> dict[str, Item]:
    files = [quizfile.load(name, folder) for name, _ in files_as_of]
    return {
        item.id: item for quiz in sorted(files, key=lambda one: one.page) for item in quiz.items
    }


# ---- what lies in the folder ---------------------------------------------------------------------


def _contents(folder: Path) -> Iterator[tuple[str, bytes | str]]:
    """Name and bytes of each file below the folder and in its zip files, or why there are none."""
    for count, path in enumerate(sorted(folder.rglob("*"))):
        name = path.relative_to(folder).as_posix()
        if name in (KEPT, INVENTED) or {".ipynb_checkpoints", ANALYSIS} & {*name.split("/")}:
            continue
        if count > MOST_FILES:
            yield name, f"comes after {MOST_FILES:,} others. Put one class at a time here."
            return
        try:
            if path.is_dir():
                if not any(path.iterdir()):
                    yield f"{name}/", "is an empty folder. Remove it."
            elif path.suffix.lower() == ".zip":
                yield from _unzipped(path, name)
            elif path.name in HIDDEN or path.name.startswith("._"):
                yield name, "was made by the operating system. It does no harm."
            else:
                yield name, _some(path.open("rb"))
        except OSError as error:
            yield name, f"cannot be read ({error.strerror}). Copy it here again."


def _unzipped(path: Path, name: str) -> Iterator[tuple[str, bytes | str]]:
    try:
        with zipfile.ZipFile(path) as bundle:
            inside = [entry for entry in bundle.infolist() if not entry.is_dir()]
            if not inside:
                yield name, "is a zip file with nothing in it. Remove it."
            for entry in inside[:MOST_FILES]:
                within = f"{name}/{entry.filename}"
                plain = entry.filename.rsplit("/", 1)[-1]
                if "__MACOSX" in entry.filename or plain in HIDDEN:
                    yield within, "was made by the operating system. It does no harm."
                elif entry.flag_bits & 1:
                    yield within, "is locked with a password. Unpack the zip file here."
                else:
                    yield within, _some(bundle.open(entry))
    except (zipfile.BadZipFile, NotImplementedError, OSError, EOFError, RuntimeError):
        yield name, "is a damaged zip file. Fetch it again, or unpack it and put the files here."


def _some(stream: Any) -> bytes:
    """The bytes of a file; of one that is too large no more than shows it."""
    with stream:
        content: bytes = stream.read(resultfile.LARGEST + 1)
    return content


def _file_names(found: Sequence[tuple[str, Any]], names: bool) -> list[str]:
    """What to call each file: its name, or its place among all when names are left out."""
    if names:
        return [name for name, _ in found]
    return [f"file {n} of {len(found)} (by name)" for n in range(1, len(found) + 1)]


def _sound(found: Iterable[tuple[str, bytes | str]]) -> tuple[list[ResultFile], dict[str, str]]:
    sound, skipped = [], {}
    for name, content in found:
        if isinstance(content, str):
            skipped[name] = content
            continue
        try:
            sound.append(resultfile.read(content, name))
        except FileError as problem:
            skipped[name] = str(problem)
    return sound, skipped


# ---- one file a student --------------------------------------------------------------------------


def _one_each(
    files: Iterable[ResultFile], called: Mapping[str, str]
) -> tuple[list[ResultFile], dict[str, str], list[tuple[str, str]]]:
    """Files to use, files to skip with the reason, and remarks on files with common answers.

    Of two files of one student the newest is kept. Two files are of one student if they bear the
    same name, or if they share tries made at the same moment and do not bear two different names.
    """
    kept: list[ResultFile] = []
    skipped: dict[str, str] = {}
    shared: list[tuple[str, str]] = []
    by_name: dict[str, ResultFile] = {}
    by_digest: dict[str, ResultFile] = {}
    by_file: dict[str, ResultFile] = {}
    by_mark: dict[str, ResultFile] = {}
    for file in sorted(
        files, key=lambda one: (one.saved, len(one.marks()), one.name), reverse=True
    ):
        name, marks = _plain(file.who), file.marks()
        common = Counter(by_mark[mark].name for mark in marks if mark in by_mark)
        twin = by_file[common.most_common(1)[0][0]] if common else None
        if other := by_digest.get(file.digest):
            skipped[file.name] = f"is the same file as {called[other.name]}. Remove one."
        elif name and (other := by_name.get(name)):
            skipped[file.name] = (
                f"bears the same name or code as {called[other.name]}, which is newer and is used. "
                "If these are two students, give each a code."
            )
        elif twin and not (name and _plain(twin.who)):
            skipped[file.name] = (
                f"is of the same student as {called[twin.name]}, which is newer and is used: the "
                "two share answers that were given at the same moment."
            )
        else:
            if twin:
                words = (
                    f"shares {sum(common.values())} answers, given at the same moments, with "
                    f"{called[twin.name]}, which bears another name. One browser was used for "
                    "both, or a file was passed on. Both are counted."
                )
                shared.append((file.name, words))
            kept.append(file)
            by_digest[file.digest] = by_file[file.name] = file
            by_name.setdefault(name, file)
            by_mark.update(dict.fromkeys(marks, file))
    return kept, skipped, shared


def _plain(name: str) -> str:
    return unicodedata.normalize("NFKC", name).casefold()


# ---- marking -------------------------------------------------------------------------------------


def _student(
    file: ResultFile, items: Mapping[str, Item], versions: Mapping[str, str]
) -> tuple[Student, str]:
    """One student's marked answers, and what had to be left out. Raises FileError if all had to."""
    shelves: dict[str, dict[str, Answer]] = {"quiz": {}, "before": {}, "after": {}}
    left_out: dict[str, list[str]] = {}
    for key, record in file.records.items():
        shelf, _, id_ = key.partition(":")
        if shelf not in shelves or not (attempt := _counted(shelf, record)):
            continue
        if id_ not in items:
            left_out.setdefault("questions that this book does not have", []).append(id_)
            continue
        if reason := _unfit(items[id_], versions[id_], record["version"], file.version):
            left_out.setdefault(reason, []).append(id_)
            continue
        try:
            right = grade(items[id_], attempt["answer"])
        except AnswerError:
            left_out.setdefault("answers that its form cannot give", []).append(id_)
            continue
        shelves[shelf][id_] = Answer(
            id_, attempt["answer"], right, attempt["confidence"], attempt["at"]
        )
    words = _left_out(left_out)
    if not any(shelves.values()):
        raise FileError(_nothing(file, words, items))
    sections = {
        key.partition(":")[2]: frozenset(read)
        for key, read in file.records.items()
        if key.startswith("read:")
    }
    student = Student(
        label=file.who,
        file=file.name,
        saved=file.saved.date().isoformat(),
        edition=file.edition or "not told",
        first=shelves["quiz"],
        before=shelves["before"],
        after=shelves["after"],
        read=sections,
    )
    return student, words


def _counted(shelf: str, record: Mapping[str, Any]) -> Any:
    """The try that counts: the first ever; before the book, where all is open, the last."""
    if shelf == "before":
        return record["tries"][-1] if record["tries"] else None
    first = [*record.get("past", []), *record["tries"]][:1]
    return first[0] if first else None


def _unfit(item: Item, version: str, answered: str, file_version: int) -> str:
    """Why a record cannot be marked, or nothing."""
    if answered != version:
        return "another version of the question"
    if file_version == 1 and item.type in ("order", "match"):
        return "steps and choices were numbered in another way then"
    return ""


def _left_out(reasons: Mapping[str, Sequence[str]]) -> str:
    if not reasons:
        return ""
    parts = [f"{_listed(list(dict.fromkeys(ids)))} ({why})" for why, ids in reasons.items()]
    return f"Left out: {'; '.join(parts)}."


def _listed(ids: Sequence[str]) -> str:
    if len(ids) <= LISTED + 1:
        return ", ".join(ids)
    return f"{', '.join(ids[:LISTED])} and {len(ids) - LISTED} others"


def _nothing(file: ResultFile, left_out: str, items: Mapping[str, Item]) -> str:
    if not left_out:
        return "holds no answer to a question yet. Ask for the file once some are answered."
    other = file.book and file.book != book_version(items.values())
    what = "is from another edition or version of the book" if other else "holds no answer to use"
    mend = "Use the book that the class used, or ask for new answers in this one."
    return f"{what}. {left_out} {mend}"


# ---- tables --------------------------------------------------------------------------------------


def answers(results: Results, shelf: str = "first") -> pd.DataFrame:
    """One row for each counted answer: who, which item, chosen, right (1 or 0), how sure (percent).

    shelf: first (first try at each question), before or after (the ten questions).
    """
    rows = [
        (student.label, one.item, one.answer, int(one.right), one.confidence)
        for student in results.students
        for one in getattr(student, shelf).values()
    ]
    return pd.DataFrame(rows, columns=["student", "item", "answer", "right", "confidence"])


def marks(results: Results, shelf: str = "first") -> pd.DataFrame:
    """Students by items: 1 right, 0 wrong, NaN not answered. Items nobody answered are left out."""
    ids = DIAGNOSTIC if shelf != "first" else [item.id for item in results.items]
    rows = {
        n: {one.item: float(one.right) for one in getattr(student, shelf).values()}
        for n, student in enumerate(results.students)
    }
    table = pd.DataFrame.from_dict(rows, orient="index", columns=None, dtype=float)
    table = table.reindex(index=range(len(results.students)))
    table = table[[id_ for id_ in ids if id_ in table.columns]]
    table.index = pd.Index([student.label for student in results.students], name="student")
    return table


def chapters(results: Results) -> dict[str, str]:
    """Pages with questions and what to call them: "2. Eight weeks at the border"."""
    pages = dict.fromkeys(item.page for item in results.items)
    return {page: f"{int(page[:2])}. {_contract(page)[0]}" for page in pages}


def objectives(results: Results) -> dict[str, str]:
    """What each learning objective says, by its number: "2.1" -> "Put the events in order"."""
    return {
        f"{int(page[:2])}.{n}": text.rstrip(".")
        for page in dict.fromkeys(item.page for item in results.items)
        for n, text in enumerate(_contract(page)[1], start=1)
    }


@cache
def _contract(page: str) -> tuple[str, tuple[str, ...]]:
    """Title and objectives of a chapter, from its first cell."""
    path = data.ROOT / "chapters" / f"{page}.ipynb"
    if not path.is_file():
        return page, ()
    first = json.loads(path.read_text(encoding="utf-8"))["cells"][0]
    title = "".join(first["source"]).splitlines()[0].lstrip("# ")
    return title, tuple(first["metadata"].get("bookkit", {}).get("objectives", ()))


def handed_in(results: Results) -> pd.DataFrame:
    """One row a student: when saved, which edition, how many answered and right at first try."""
    return pd.DataFrame(
        [
            {
                "student": student.label,
                "saved": student.saved,
                "edition": student.edition,
                "answered": len(student.first),
                "right at first try": sum(one.right for one in student.first.values()),
                "before the book": len(student.before),
                "after the book": len(student.after),
                "sections read": sum(len(read) for read in student.read.values()),
            }
            for student in results.students
        ],
        columns=[
            *("student", "saved", "edition", "answered", "right at first try"),
            *("before the book", "after the book", "sections read"),
        ],
    )


def progress(results: Results) -> pd.DataFrame:
    """One row a chapter: how many students answered all, some or none of its questions."""
    rows = []
    for page, title in chapters(results).items():
        ids = {item.id for item in results.items if item.page == page}
        done = [len(ids & student.first.keys()) for student in results.students]
        every = sum(count == len(ids) for count in done)
        none = sum(count == 0 for count in done)
        rows.append((title, len(ids), every, len(done) - every - none, none))
    return pd.DataFrame(rows, columns=["chapter", "questions", "all", "some", "none"])
