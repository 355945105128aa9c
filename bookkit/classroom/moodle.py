"""The quiz bank as Moodle XML, the form that keeps most in Moodle.

Categories follow chapter and objective, so a teacher can draw questions at random from either.
Each question has an ID number that comes from the item's id. **What Moodle does at a second
import:** it never updates. It adds all questions once more to the same categories; as an ID number
may stand only once in a category, the new copies come without one. To bring in a corrected bank,
import it, then delete the old questions (those with an ID number), or import into another course.

Types: one and several answers are ``multichoice``; wrong choices of several cost what the right
ones give, so ticking everything earns nothing. A number is ``numerical``: the key first, then the
known slips, then an answer as wide as everything below the key, which carries the feedback for
"too low"; ``*`` carries "too high". An order is ``ordering``, which is part of Moodle since 4.4 (of
April 2024); an older Moodle needs the plug-in of that name, or takes gift.txt, where an order is a
match of places. Moodle keeps no feedback for a step or a pair: theirs stands in the general
feedback. Choices of a match are plain text in Moodle, and shown as HTML; they are escaped for that.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from lxml import etree

from bookkit.classroom import bank
from bookkit.quizfile import Item, Quiz

BELOW = 10**9  # half the width of the answer that stands for "any lower number"


def write_moodle(folder: Path, quizzes: Path | None = None) -> Path:
    """Write ``moodle.xml`` into ``folder`` from the quiz files; raises QuizError for a fault."""
    return bank.put(folder / "moodle.xml", moodle(bank.read(quizzes)))


def moodle(quizzes: tuple[Quiz, ...]) -> bytes:
    """The bank as one Moodle XML file (UTF-8)."""
    root = etree.Element("quiz")
    category = ""
    for item in sorted(bank.items(quizzes), key=place):
        if category != (category := path(item)):
            _category(root, item)
        question = etree.SubElement(root, "question", type=KINDS[item.type][0])
        _head(question, item)
        KINDS[item.type][1](question, item)
        _tags(question, item)
    return bytes(etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True))


def path(item: Item) -> str:
    """The category of an item, from the top of the course's bank."""
    parts = [bank.TITLE, f"Chapter {bank.chapter(item.page)}", f"Objective {item.objective}"]
    return "/".join(["$course$/top", *(part.replace("/", "//") for part in parts)])


def credit(item: Item) -> list[str]:
    """The percentage that each option earns, as Moodle writes the fractions it allows."""
    right = [option["correct"] for option in item.content["options"]]
    if item.type == "one":
        return ["100" if correct else "0" for correct in right]
    gain, loss = 100 / right.count(True), -100 / right.count(False)
    return [f"{gain if correct else loss:.5f}".rstrip("0").rstrip(".") for correct in right]


def numbers(item: Item) -> list[tuple[str, str, str, str]]:
    """Answers of a number, first match wins: value, tolerance, percentage, feedback."""
    content = item.content
    exact, spread = content["answer"], content["tolerance"]
    return [
        (bank.number(exact), bank.number(spread), "100", content["why"]),
        *(
            (bank.number(miss["value"]), "0", "0", miss["feedback"])
            for miss in content.get("near_misses", [])
        ),
        (bank.number(exact - BELOW), str(BELOW), "0", content["low"]),
        ("*", "0", "0", content["high"]),
    ]


def general(item: Item) -> str:
    """The feedback that everybody sees, as HTML: why, what has no other place, what to read."""
    listed = bank.listed(bank.notes(item)) if item.type in ("order", "match") else ""
    return f"<p>{bank.escape(bank.why(item))}</p>{listed}{bank.reading(item)}"


def place(item: Item) -> tuple[int, tuple[int, ...], tuple[int, ...]]:
    """Where an item stands: categories must not be torn apart, ids sort as numbers."""
    return bank.chapter(item.page), _digits(item.objective), _digits(item.id)


def _digits(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split("."))


def _category(root: etree._Element, item: Item) -> None:
    question = etree.SubElement(root, "question", type="category")
    _text(etree.SubElement(question, "category"), path(item))
    info = etree.SubElement(question, "info", format="html")
    _text(info, f"<p>{bank.escape(bank.objective(item))}</p>" if bank.objective(item) else "")
    etree.SubElement(question, "idnumber").text = f"{bank.STEM}-objective-{item.objective}"


def _head(question: etree._Element, item: Item) -> None:
    _text(etree.SubElement(question, "name"), bank.name(item))
    _html(question, "questiontext", f"<p>{bank.escape(bank.asked(item))}</p>")
    _html(question, "generalfeedback", general(item))
    for field, value in (("defaultgrade", "1"), ("penalty", "0.3333333"), ("hidden", "0")):
        etree.SubElement(question, field).text = value
    etree.SubElement(question, "idnumber").text = bank.uid(item)


def _options(question: etree._Element, item: Item) -> None:
    single = str(item.type == "one").lower()
    for field, value in (
        ("single", single),
        ("shuffleanswers", "true"),
        ("answernumbering", "abc"),
    ):
        etree.SubElement(question, field).text = value
    for option, fraction in zip(item.content["options"], credit(item), strict=True):
        answer = _html(question, "answer", bank.escape(option["text"]))
        answer.set("fraction", fraction)
        _html(answer, "feedback", bank.escape(option["feedback"]))


def _numbers(question: etree._Element, item: Item) -> None:
    for value, spread, fraction, feedback in numbers(item):
        answer = etree.SubElement(question, "answer", fraction=fraction, format="plain_text")
        _text(answer, value)
        _html(answer, "feedback", bank.escape(feedback))
        etree.SubElement(answer, "tolerance").text = spread
    etree.SubElement(question, "unitgradingtype").text = "0"
    etree.SubElement(question, "showunits").text = "3"


def _steps(question: etree._Element, item: Item) -> None:
    for field, value in (
        ("layouttype", "VERTICAL"),
        ("selecttype", "ALL"),
        ("selectcount", str(len(item.content["steps"]))),
        ("gradingtype", "ABSOLUTE_POSITION"),
        ("showgrading", "SHOW"),
        ("numberingstyle", "none"),
        ("shownumcorrect", "1"),
    ):
        etree.SubElement(question, field).text = value
    for number, step in enumerate(item.content["steps"], start=1):
        answer = _html(question, "answer", bank.escape(step["text"]))
        answer.set("fraction", str(number))
        _html(answer, "feedback", bank.escape(step["feedback"]))


def _pairs(question: etree._Element, item: Item) -> None:
    etree.SubElement(question, "shuffleanswers").text = "true"
    etree.SubElement(question, "shownumcorrect")
    lefts = [bank.escape(pair["left"]) for pair in item.content["pairs"]]
    choices = bank.rights(item)
    for left, right in zip(lefts + [""] * (len(choices) - len(lefts)), choices, strict=True):
        part = _html(question, "subquestion", left)
        _text(etree.SubElement(part, "answer"), bank.escape(right))


def _tags(question: etree._Element, item: Item) -> None:
    holder = etree.SubElement(question, "tags")
    for tag in bank.tags(item):
        _text(etree.SubElement(holder, "tag"), tag)


def _html(parent: etree._Element, field: str, content: str) -> etree._Element:
    element = etree.SubElement(parent, field, format="html")
    _text(element, content)
    return element


def _text(parent: etree._Element, content: str) -> None:
    etree.SubElement(parent, "text").text = content


KINDS: dict[str, tuple[str, Callable[[etree._Element, Item], None]]] = {
    "one": ("multichoice", _options),
    "several": ("multichoice", _options),
    "number": ("numerical", _numbers),
    "order": ("ordering", _steps),
    "match": ("matching", _pairs),
}
