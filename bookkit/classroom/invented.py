"""An invented class: results files of students who do not exist, for trying the class results.

The files are made as the book makes them and are read in the same way. Everything is drawn from a
seeded generator, so that the same class comes out each time. Some files are faulty on purpose.
"""

from __future__ import annotations

import json
import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bookkit.classroom.resultfile import FORMAT, VERSION, check_sum
from bookkit.classroom.results import INVENTED, all_items
from bookkit.learning import book_version
from bookkit.quiz import DIAGNOSTIC
from bookkit.quizfile import Item, shown

SEED = 3
START = datetime(2026, 9, 7, 9, tzinfo=UTC)  # of the invented course, a Monday
CODES = (
    *("Alder", "Birch", "Cedar", "Dogwood", "Elm", "Fir", "Ginkgo", "Hazel", "Iris", "Juniper"),
    *("Kestrel", "Linden", "Maple", "Nettle", "Oak", "Pine", "Quince", "Rowan", "Sorrel", "Thyme"),
    *("Ursinia", "Violet", "Willow", "Yarrow", "Zinnia"),
)
ODD = "2.5"  # made so that those who know more miss it, to show what a wrong key looks like


@dataclass(frozen=True)
class Question:
    """How the invented class meets an item: how hard it is, and how its wrong options draw."""

    item: Item
    version: str
    hardness: float  # on the scale of ability, 0 is the middle of the class
    draws: tuple[float, ...]


def write_class(folder: Path, students: int = 24, seed: int = SEED, faults: bool = True) -> None:
    """Write one file a student into an empty folder, and some faulty ones; mark it as invented."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / INVENTED).write_text("None of these students exists.\n", encoding="utf-8")
    items = list(all_items().values())
    book = book_version(items)
    lot = random.Random(seed)
    questions = [_question(item, lot) for item in items]
    texts = []
    for number in range(students):
        code = f"{CODES[number % len(CODES)]}{number // len(CODES) + 1 if students > 25 else ''}"
        records = _records(questions, lot)
        saved = START + timedelta(days=lot.randrange(40, 60), minutes=number)
        name = "" if number % 9 == 8 else f"{code} (invented)"
        texts.append(file_text(records, book=book, name=name, saved=saved))
        (folder / f"my-learning-{number + 1:03}.json").write_text(texts[-1], encoding="utf-8")
    if faults and students:
        _write_faults(folder, texts)


def file_text(
    records: Mapping[str, Any],
    *,
    book: str = "",
    name: str = "",
    edition: str = "teacher",
    saved: datetime = START,
) -> str:
    """The text of a results file with these records and a check sum that fits."""
    file: dict[str, Any] = {"format": FORMAT, "version": VERSION, "edition": edition, "book": book}
    file |= {"name": name, "saved": _stamp(saved), "records": dict(records)}
    return json.dumps({**file, "check": check_sum(file)}, ensure_ascii=False, indent=1) + "\n"


def right_answer(item: Item) -> Any:
    """The right answer, as the page records it."""
    content = item.content
    if item.type == "number":
        return f"{content['answer']:g}"
    if item.type in ("one", "several"):
        right = [n for n, option in enumerate(content["options"]) if option["correct"]]
        return right[0] if item.type == "one" else right
    place = shown(item).index
    return [place(n) for n in range(len(content["steps" if item.type == "order" else "pairs"]))]


def wrong_answer(item: Item, lot: random.Random, draws: Sequence[float] = ()) -> Any:
    """A wrong answer that the page could record; ``draws`` weighs the options of a type one."""
    content, answer = item.content, right_answer(item)
    if item.type == "number":
        misses = [miss["value"] for miss in content.get("near_misses", [])]
        spread = 2 * content["tolerance"] + abs(content["answer"]) * 0.5
        return f"{lot.choice([*misses, content['answer'] + spread, content['answer'] - spread]):g}"
    if item.type == "one":
        wrong = [n for n in range(len(content["options"])) if n != answer]
        return lot.choices(wrong, draws[: len(wrong)] or None)[0]
    if item.type == "several":
        other = lot.randrange(len(content["options"]))
        return sorted({*answer} ^ {other}) or [next(n for n in range(9) if n not in answer)]
    first = lot.randrange(len(answer) - 1)
    answer[first], answer[first + 1] = answer[first + 1], answer[first]
    return answer


def _question(item: Item, lot: random.Random) -> Question:
    hardness = lot.gauss(-0.5, 0.8)
    draws = tuple(lot.random() ** 2 for _ in range(8))  # one option draws most, some draw nobody
    return Question(item, item.version, hardness, draws)


def _records(questions: Sequence[Question], lot: random.Random) -> dict[str, Any]:
    """All records of one student: the ten questions, chapters as far as he or she got, again."""
    ability = lot.gauss(0, 1)
    pages = list(dict.fromkeys(question.item.page for question in questions))
    reached = min(len(pages), 3 + lot.randrange(8))
    now = START + timedelta(seconds=lot.randrange(10**6), milliseconds=lot.randrange(1000))
    ten = [question for question in questions if question.item.id in DIAGNOSTIC]
    records: dict[str, Any] = {}
    for question in ten:
        records[f"before:{question.item.id}"] = _record(question, ability - 1, now, lot)
        records[f"before:{question.item.id}"]["tries"][1:] = []  # nothing is told there
    for number, page in enumerate(pages[:reached]):
        own = [question for question in questions if question.item.page == page]
        if number == reached - 1 and reached < len(pages):
            own = own[: lot.randrange(1, len(own))]
        for question in own:
            now += timedelta(minutes=lot.randrange(1, 5), milliseconds=lot.randrange(1000))
            records[f"quiz:{question.item.id}"] = _record(question, ability, now, lot)
        now += timedelta(days=4)
    for question in ten if reached == len(pages) else []:
        now += timedelta(minutes=1)
        records[f"after:{question.item.id}"] = _record(question, ability + 0.5, now, lot)
    for number, page in enumerate(pages[:reached]):
        records[f"read:{page}"] = [f"section-{n + 1}" for n in range(10 - (number + reached) % 4)]
    return dict(sorted(records.items()))


def _record(question: Question, ability: float, at: datetime, lot: random.Random) -> dict[str, Any]:
    """One try, and after a miss a second one that is right."""
    item = question.item
    edge = ability - question.hardness
    chance = 0.15 + 0.85 / (1 + math.exp(-1.5 * edge))
    if item.id == ODD:
        chance = 0.15 + 0.7 / (1 + math.exp(2.0 * ability))
    right = lot.random() < chance
    feels = 0.25 + 0.75 * chance + lot.gauss(0, 0.18)
    confidence = 90 if feels > 0.78 else 70 if feels > 0.55 else 50
    answer = right_answer(item) if right else wrong_answer(item, lot, question.draws)
    tries = [_try(answer, confidence, right, at)]
    if not right:
        tries.append(_try(right_answer(item), confidence, True, at + timedelta(seconds=40)))
    return {"version": question.version, "tries": tries, "shown": None}


def _try(answer: Any, confidence: int, right: bool, at: datetime) -> dict[str, Any]:
    return {"answer": answer, "confidence": confidence, "correct": right, "at": _stamp(at)}


def _stamp(moment: datetime) -> str:
    """A moment as JavaScript writes it."""
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03}Z"


def _write_faults(folder: Path, texts: Sequence[str]) -> None:
    """Files such as any class hands in: cut off, edited, handed in twice, old, not ours."""
    whole = json.loads(texts[0])
    older = {**whole["records"]}
    older.pop(next(iter(older)))
    old_book = {
        key: {**record, "version": "0ld"} for key, record in older.items() if "version" in record
    }
    earlier = START + timedelta(days=30)
    faulty = {
        "cut-off.json": texts[-1][: len(texts[-1]) // 2],
        "edited-by-hand.json": texts[-1].replace('"correct": false', '"correct": true'),
        "handed-in-twice.json": file_text(older, name=whole["name"], saved=earlier),
        "older-book.json": file_text(old_book, book="0ld", name="Old book (invented)"),
        "recipes.json": '{"soup": ["beetroot", "dill"]}\n',
    }
    for name, text in faulty.items():
        (folder / name).write_text(text, encoding="utf-8")
