"""The quiz bank as GIFT: plain text that Moodle imports and that a teacher can read and edit.

Same categories, ID numbers (``[id:…]``, Moodle 3.7 and later), tags, feedback and number ranges as
in `bookkit.classroom.moodle`, and the same at a second import: Moodle adds, it never updates. GIFT
knows no ordering, so an order is a match of places: every Moodle can ask it.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from bookkit.classroom import bank, moodle
from bookkit.quizfile import Item, Quiz

RESERVED = str.maketrans({sign: f"\\{sign}" for sign in "\\~=#{}:"})
HEAD = (
    "// {title} {count} questions in GIFT, the text format of Moodle. UTF-8. Licence: {licence}.\n"
    '// In Moodle: Question bank, Import, GIFT format, "Get category from file".\n'
)


def write_gift(folder: Path, quizzes: Path | None = None) -> Path:
    """Write ``gift.txt`` into ``folder`` from the quiz files; raises QuizError if one is wrong."""
    return bank.put(folder / "gift.txt", gift(bank.read(quizzes)).encode())


def gift(quizzes: tuple[Quiz, ...]) -> str:
    """The bank as one GIFT text; an empty line ends each question."""
    found = sorted(bank.items(quizzes), key=moodle.place)
    blocks = [HEAD.format(title=bank.TITLE, count=len(found), licence=bank.LICENCE)]
    category = ""
    for item in found:
        if category != (category := moodle.path(item)):
            blocks.append(f"$CATEGORY: {category}\n")
        blocks.append(_question(item))
    return "\n".join(blocks)


def _question(item: Item) -> str:
    tags = " ".join(f"[tag:{tag}]" for tag in bank.tags(item))
    opening, lines = BODIES[item.type](item)
    answers = "\n".join(f"  {line}" for line in lines)
    name, general = (text.translate(RESERVED) for text in (bank.name(item), moodle.general(item)))
    return (
        f"// [id:{bank.uid(item)}] {tags}\n"
        f"::{name}::[html]<p>{plain(bank.asked(item))}</p> {{{opening}\n"
        f"{answers}\n  ####{general}\n}}\n"
    )


def plain(text: str) -> str:
    """Text as HTML on one line, with GIFT's own signs escaped; a leading % would be a weight."""
    shown = bank.escape(text)
    return ("&#37;" + shown[1:] if shown.startswith("%") else shown).translate(RESERVED)


def _options(item: Item) -> tuple[str, list[str]]:
    return "", [
        f"{'=' if weight == '100' else '~' if weight == '0' else f'~%{weight}%'}"
        f"{plain(option['text'])}#{plain(option['feedback'])}"
        for option, weight in zip(item.content["options"], moodle.credit(item), strict=True)
    ]


def _numbers(item: Item) -> tuple[str, list[str]]:
    *known, (_, _, _, rest) = moodle.numbers(item)
    lines = [
        f"={'' if weight == '100' else '%0%'}{value}:{spread}#{plain(feedback)}"
        for value, spread, weight, feedback in known
    ]
    return "#", [*lines, f"~#{plain(rest)}"]


def _steps(item: Item) -> tuple[str, list[str]]:
    places = enumerate(item.content["steps"], start=1)
    return "", [f"=Place {place} -> {plain(step['text'])}" for place, step in places]


def _pairs(item: Item) -> tuple[str, list[str]]:
    lefts = [plain(pair["left"]) for pair in item.content["pairs"]]
    choices = [plain(right) for right in bank.rights(item)]
    spare = [""] * (len(choices) - len(lefts))
    return "", [f"={a} -> {b}" for a, b in zip(lefts + spare, choices, strict=True)]


BODIES: dict[str, Callable[[Item], tuple[str, list[str]]]] = {
    "one": _options,
    "several": _options,
    "number": _numbers,
    "order": _steps,
    "match": _pairs,
}
