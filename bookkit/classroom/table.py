"""The quiz bank as a table, ``items.csv``: one row a question, for a spreadsheet or a script.

UTF-8 **with** a byte order mark: without one Excel takes a CSV file for the code page of the
machine, and 'Çavuşoğlu' or '−' comes out broken; LibreOffice, Google Sheets, R's ``readr`` and
pandas (``encoding="utf-8-sig"``) read it as well. A text that starts with ``=``, ``+``, ``-`` or
``@`` gets a space before it, so that no spreadsheet takes it for a formula.

Options, steps and left sides stand in ``part_1`` and so on, what the book says of each in
``feedback_1`` and so on; steps in the order in which the page shows them, never the right one. The
choices of a match are ``choice_1`` and so on. ``key`` holds the numbers of the right parts: of the
right options ("1;3"), of the steps in their right order ("2;3;1"), or of the right choice for each
left side; for a number it is the number, and the parts are known slips.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path

from bookkit.classroom import bank
from bookkit.quizfile import Item, Quiz, shown

FORMULA = ("=", "+", "-", "@", "\t")


def write_table(folder: Path, quizzes: Path | None = None) -> Path:
    """Write ``items.csv`` into ``folder`` from the quiz files; raises QuizError if one is wrong."""
    return bank.put(folder / "items.csv", table(bank.read(quizzes)).encode("utf-8-sig"))


def table(quizzes: tuple[Quiz, ...]) -> str:
    """The bank as CSV with as many columns as the longest question needs."""
    rows = [_row(quiz, item) for quiz in quizzes for item in quiz.items]
    first = ["id", "chapter", "title", "objective", "level", "type", "section", "stem"]
    numbered = [
        f"{field}_{place}"
        for field in ("part", "choice", "feedback")
        for place in range(1, 1 + max(_count(row, field) for row in rows))
    ]
    last = ["key", "tolerance", "unit", "too_low", "too_high", "why", "sources", "links", "version"]
    stream = io.StringIO()
    writer = csv.DictWriter(stream, [*first, *numbered, *last], restval="", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows({field: _safe(value) for field, value in row.items()} for row in rows)
    return stream.getvalue()


def parts(item: Item) -> tuple[list[str], list[str], list[str], str]:
    """Parts, choices, feedback of each part, and the key, as the columns have them."""
    content, order = item.content, shown(item)
    if item.type in ("one", "several"):
        options = content["options"]
        right = [str(n) for n, option in enumerate(options, start=1) if option["correct"]]
        texts = [option["text"] for option in options]
        return texts, [], [option["feedback"] for option in options], ";".join(right)
    if item.type == "number":
        misses = content.get("near_misses", [])
        values = [bank.number(miss["value"]) for miss in misses]
        return values, [], [miss["feedback"] for miss in misses], bank.number(content["answer"])
    places = [str(order.index(n) + 1) for n in range(len(order))]
    if item.type == "order":
        steps = [content["steps"][n] for n in order]
        texts = [step["text"] for step in steps]
        return texts, [], [step["feedback"] for step in steps], ";".join(places)
    pairs, choices = content["pairs"], bank.rights(item)
    lefts, feedback = [pair["left"] for pair in pairs], [pair["feedback"] for pair in pairs]
    return lefts, [choices[n] for n in order], feedback, ";".join(places[: len(pairs)])


def _row(quiz: Quiz, item: Item) -> dict[str, str]:
    content = item.content
    texts, choices, feedback, key = parts(item)
    number = item.type == "number"
    return {
        "id": item.id,
        "chapter": str(bank.chapter(item.page)),
        "title": quiz.title,
        "objective": item.objective,
        "level": item.level,
        "type": item.type,
        "section": item.heading,
        "stem": item.stem,
        **{f"part_{n}": text for n, text in enumerate(texts, start=1)},
        **{f"choice_{n}": text for n, text in enumerate(choices, start=1)},
        **{f"feedback_{n}": text for n, text in enumerate(feedback, start=1)},
        "key": key,
        "tolerance": bank.number(content["tolerance"]) if number else "",
        "unit": content["unit"] if number else "",
        "too_low": content["low"] if number else "",
        "too_high": content["high"] if number else "",
        "why": bank.why(item),
        "sources": ";".join(item.sources),
        "links": " ".join(url for _, url in bank.sources(item)),
        "version": item.version,
    }


def _count(row: dict[str, str], field: str) -> int:
    return sum(name.startswith(f"{field}_") for name in row)


def _safe(text: str) -> str:
    return f" {text}" if text.startswith(FORMULA) else text
