"""Marks an answer to a quiz item with the key in ``data/quiz``, as the page does.

``web/quiz-kinds.js`` does the same in the browser; one table of cases tests both. The class results
rest on this module alone: what a file says of its own answers is never believed.
"""

from __future__ import annotations

import re
from typing import Any

from bookkit.quizfile import Item, shown

# What JavaScript takes for white space; Python's own set differs in a few signs.
SPACE = "[\t\n\v\f\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff]+"
SLACK = 1e-9  # so that a sum such as 0.1 + 0.2 stays within its tolerance


class AnswerError(ValueError):
    """An answer that the page cannot have recorded for this item; the message says why."""


def grade(item: Item, answer: Any) -> bool:
    """Tell whether a recorded answer is right.

    answer: for one, the index of the option; for several, their indices, rising; for number, the
    text typed; for order, the labels of the steps; for match, the label of the choice for each
    line. Labels count as `bookkit.quizfile.shown` lists them. Raises AnswerError for anything else.
    """
    content = item.content
    if item.type == "number":
        if not isinstance(answer, str):
            raise AnswerError(f"the answer is {_short(answer)}; wanted is the text that was typed")
        value = parse_number(answer, isinstance(content["answer"], int))
        return bool(abs(value - content["answer"]) <= content["tolerance"] + SLACK)
    labels = shown(item)
    if item.type == "one":
        _check_labels([answer], labels, "the number of an option")
        return bool(content["options"][answer]["correct"])
    if item.type == "several":
        _check_labels(answer, labels, "a list of options, rising")
        if not answer or sorted(set(answer)) != answer:
            raise AnswerError(
                f"the answer is {_short(answer)}; wanted is a list of options, rising"
            )
        right = [n for n, one in enumerate(content["options"]) if one["correct"]]
        return bool(answer == right)
    length = len(content["steps" if item.type == "order" else "pairs"])
    _check_labels(answer, labels, f"a list of {length} labels")
    if len(answer) != length or (item.type == "order" and len(set(answer)) < length):
        raise AnswerError(f"the answer is {_short(answer)}; wanted is a list of {length} labels")
    return [labels[label] for label in answer] == list(range(length))


def parse_number(text: str, whole: bool = True) -> float:
    """Read a number as people write it: "16800", "16 800", "16,800", "16.8", "16,8".

    whole: whether a whole number is asked for; then a comma before three digits marks thousands
    and a dot there is unclear, else the reverse. Raises AnswerError for what cannot be read.
    """
    bare = re.sub(SPACE, " ", text).strip(" ")
    bare = re.sub("^[\u2212\u2013]", "-", bare)
    found = re.fullmatch("([+-]?) ?([0-9][0-9.,' \u2019]{0,29})", bare)
    if not found:
        raise AnswerError(f"the answer {_short(text)} is not one number in digits")
    sign, digits = found.groups()
    unclear = re.fullmatch(r"[1-9][0-9]{0,2}([.,])[0-9]{3}", digits)
    if unclear and unclear[1] == ("." if whole else ","):
        raise AnswerError(f"the answer {_short(text)} can be read in two ways")
    if unclear and unclear[1] == ".":
        return float(sign + digits)
    grouped = re.fullmatch(
        r"([1-9][0-9]{0,2}([ .,'" "\u2019" r"])[0-9]{3}(?:\2[0-9]{3})*)(?:([.,])([0-9]+))?", digits
    )
    if grouped and grouped[2] != grouped[3]:
        return float(f"{sign}{re.sub('[^0-9]', '', grouped[1])}.{grouped[4] or 0}")
    if re.fullmatch("[0-9]+(?:[.,][0-9]+)?", digits):
        return float(sign + digits.replace(",", "."))
    raise AnswerError(f"the answer {_short(text)} groups its digits in an odd way")


def _check_labels(answer: Any, labels: list[int], wanted: str) -> None:
    """Raise AnswerError unless the answer is a list of labels of this item."""
    known = isinstance(answer, list) and all(
        type(label) is int and 0 <= label < len(labels) for label in answer
    )
    if not known:
        raise AnswerError(f"the answer is {_short(answer)}; wanted is {wanted}")


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:37]}..."
