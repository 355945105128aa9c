"""What a class's marks say of questions, of the class and of what to teach again. Pure functions.

``marks`` is a table of students by items: 1 right, 0 wrong, NaN not answered. Missing answers are
never counted as wrong: each number rests on those who answered, and says how many they were. A
student's score is the share right of what he or she answered, so that students who did different
chapters can be compared; where all answered all, this is the usual total.

Formulas: classical test theory, as in Ebel and Frisbie (1991), Essentials of Educational
Measurement; KR-20 from Kuder and Richardson (1937), formula 20; the gain from Hake (1998).
Thresholds are working conventions, no laws.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from bookkit.quizfile import Item

SHARE = 0.27  # of the class in the upper and in the lower group (Kelley, 1939)
FEW = 10  # below this many students discrimination and reliability are not shown
FEW_FOR_OPTIONS = 20  # below it one student is more than 5 % and no option can be called unused
FEW_OTHERS = 3  # a student's score needs as many other answers
UNUSED = 0.05  # a wrong option chosen by fewer does no work
EASY, HARD = 0.80, 0.30  # difficulty outside these tells little
KEEP, GOOD = 0.20, 0.30  # discrimination
TEACH = 0.50  # items that fewer got right are taught again
IDEA = 0.60  # objectives
SURE_WRONG, FEW_SURE = 0.20, 3  # share of all answers that were wrong at 90 %, and least number
LEVELS = (50, 70, 90)  # percent

Numbers = NDArray[np.float64]


def items(marks: pd.DataFrame) -> pd.DataFrame:
    """One row an item: n, right, p, D, r_total, r_rest, alpha_without (KR-20 of the others).

    D, the correlations and alpha_without are NaN for an item with fewer than FEW answers.
    """
    table = difficulty(marks)
    table["D"] = upper_lower(marks)
    table["r_total"] = point_biserial(marks, corrected=False)
    table["r_rest"] = point_biserial(marks)
    table["alpha_without"] = alpha_if_deleted(marks)
    few = table["n"] < FEW
    table.loc[few, ["D", "r_total", "r_rest", "alpha_without"]] = math.nan
    return table


def difficulty(marks: pd.DataFrame) -> pd.DataFrame:
    """For each item n (who answered), right, and p, the share right of n."""
    n, right = marks.count(), marks.sum()
    table = pd.DataFrame({"n": n, "right": right.astype(int), "p": right / n.where(n > 0)})
    table.index.name = "item"
    return table


def upper_lower(marks: pd.DataFrame, share: float = SHARE, ties: str = "shared") -> pd.Series:
    """Discrimination D of each item: p in the upper group less p in the lower one, -1 to 1.

    Groups are the best and the weakest ``share`` of those who answered the item, by score, at
    least one student each. Students with equal scores at the edge of a group share its last
    places (``shared``), or those listed first go up and those listed last go down (``listed``),
    which depends on the order of rows. NaN for an item with fewer than two answers.
    """
    scores = marks.mean(axis=1)
    found = {}
    for item in marks.columns:
        answered = marks[item].dropna()
        size = max(1, round(share * len(answered)))
        if len(answered) < 2:
            found[item] = math.nan
            continue
        own = scores[marks[item].notna()].to_numpy(float)
        right = answered.to_numpy(float)
        if ties == "listed":
            order = np.argsort(-own, kind="stable")
            found[item] = right[order[:size]].mean() - right[order[-size:]].mean()
        else:
            upper, lower = _members(own, size), _members(-own, size)
            found[item] = float(right @ (upper - lower)) / size
    return pd.Series(found, dtype=float, name="D")


def _members(scores: Numbers, size: int) -> Numbers:
    """How far each student belongs to the best ``size``: 1, 0, or a share for ties at the edge."""
    scores = scores.round(12)  # equal shares may differ in the last bit
    edge = np.sort(scores)[-size]
    above, level = scores > edge, scores == edge
    members: Numbers = above + level * (size - above.sum()) / level.sum()
    return members


def point_biserial(marks: pd.DataFrame, corrected: bool = True) -> pd.Series:
    """Correlation of each item with the score; corrected: with the score on all other items.

    Only students who answered the item and at least FEW_OTHERS others count. NaN where all of
    them did equally well on the item or on the rest.
    """
    total, number = marks.sum(axis=1), marks.count(axis=1)
    found = {}
    for item in marks.columns:
        own = marks[item]
        counts = own.notna() & (number > FEW_OTHERS)
        rest = (total - own) / (number - 1) if corrected else total / number
        found[item] = correlation(own[counts].to_numpy(float), rest[counts].to_numpy(float))
    return pd.Series(found, dtype=float, name="r_rest" if corrected else "r_total")


def correlation(x: Numbers, y: Numbers) -> float:
    """Pearson's correlation; NaN for fewer than two pairs or where one side does not vary."""
    if len(x) < 2 or np.ptp(x) < 1e-9 or np.ptp(y) < 1e-9:
        return math.nan
    return float(np.corrcoef(x, y)[0, 1])


def complete(marks: pd.DataFrame) -> pd.DataFrame:
    """The students who answered all items."""
    return marks.dropna()


def kr20(marks: pd.DataFrame) -> float:
    """Reliability of the items together, from the students who answered all; at most 1.

    NaN for fewer than two items or students, and where all have the same total.
    """
    whole = complete(marks).to_numpy(float)
    students, k = whole.shape
    if students < 2 or k < 2 or whole.sum(axis=1).var() < 1e-12:
        return math.nan
    p = whole.mean(axis=0)
    return float(k / (k - 1) * (1 - (p * (1 - p)).sum() / whole.sum(axis=1).var()))


def alpha_if_deleted(marks: pd.DataFrame) -> pd.Series:
    """KR-20 of the other items, for each item; from the students who answered all items."""
    whole = complete(marks)
    found = {item: kr20(whole.drop(columns=item)) for item in marks.columns}
    return pd.Series(found, dtype=float, name="alpha_without")


def reliability(marks: pd.DataFrame, groups: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    """KR-20 for each group of items (a chapter): items, students with all answers, kr20, weakest.

    ``weakest`` is the item without which KR-20 would be highest, if higher. NaN below FEW students.
    """
    rows = []
    for name, ids in groups.items():
        part = marks[[item for item in ids if item in marks.columns]]
        whole, value, weakest, without = len(complete(part)), math.nan, "", math.nan
        if whole >= FEW and len(part.columns) == len(ids):
            value = kr20(part)
            others = alpha_if_deleted(part)
            if others.notna().any() and others.max() > value:
                weakest, without = str(others.idxmax()), float(others.max())
        rows.append((name, len(ids), whole, value, weakest, without))
    columns = ["chapter", "items", "students", "kr20", "weakest", "kr20_without"]
    return pd.DataFrame(rows, columns=columns)


# ---- verdicts ------------------------------------------------------------------------------------


def verdict(row: pd.Series) -> str:
    """What to do with an item, in words; ``row`` is one of `items`."""
    p, d, r = (float(row[name]) for name in ("p", "D", "r_rest"))
    if row["n"] < FEW:
        return "too few answers to judge the question"
    if p in (0, 1):
        return "all right: tells no one apart" if p else "nobody right: check the key or teach it"
    if math.isnan(r):
        return "cannot be judged: the rest does not vary"
    if suspect(float(row["n"]), p, d, r):
        return "check the key or the wording"
    known = "easy, " if p > EASY else "hard, " if p < HARD else ""
    best = max(d, r)
    return known + ("good" if best >= GOOD else "fair" if best >= KEEP else "weak")


def suspect(n: float, p: float, d: float, r_rest: float) -> bool:
    """Whether those who know more do worse on an item, which a wrong key would explain.

    The correlation must lie a standard error (about 1 / sqrt(n)) below zero, since of a hundred
    sound items a few fall just below it by chance; and a wrong key leaves no item easy.
    """
    return r_rest < -1 / math.sqrt(n) and d < KEEP and p <= EASY


# ---- options -------------------------------------------------------------------------------------


def options(answers: pd.DataFrame, known: Iterable[Item]) -> pd.DataFrame:
    """One row an option of the items to choose from: n, chosen, share, whether right, unused.

    answers: rows with item and answer. ``share`` is of those who answered; with several right
    options the shares of an item add up to more than 1. ``unused`` marks wrong options below
    UNUSED, once there are FEW_FOR_OPTIONS answers.
    """
    rows = []
    for item in known:
        if item.type not in ("one", "several"):
            continue
        given = list(answers.loc[answers["item"] == item.id, "answer"])
        picked = [n for one in given for n in (one if isinstance(one, list) else [one])]
        for n, option in enumerate(item.content["options"]):
            share = picked.count(n) / len(given) if given else math.nan
            right = bool(option["correct"])
            unused = not right and len(given) >= FEW_FOR_OPTIONS and share < UNUSED
            rows.append(
                (item.id, n, option["text"], right, len(given), picked.count(n), share, unused)
            )
    columns = ["item", "option", "text", "right", "n", "chosen", "share", "unused"]
    return pd.DataFrame(rows, columns=columns)


def temptations(choices: pd.DataFrame) -> pd.Series:
    """The wrong option that drew most, for each item: its row's number in `options`."""
    wrong = choices[~choices["right"] & (choices["chosen"] > 0)]
    return wrong.groupby("item", sort=False)["share"].idxmax()


# ---- the class -----------------------------------------------------------------------------------


def calibration(answers: pd.DataFrame) -> pd.DataFrame:
    """For each level of confidence: answers given at it, how many right, the share (or NaN)."""
    rows = []
    for level in LEVELS:
        right = answers.loc[answers["confidence"] == level, "right"]
        rows.append((level, len(right), int(right.sum()), right.mean() if len(right) else math.nan))
    return pd.DataFrame(rows, columns=["said", "answers", "right", "share"])


def gains(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """One row a student with answers both times: of (items), pre, post (right), gain.

    gain = (post - pre) / (of - pre), the share of what was missing that was learnt; below 0 if
    some was lost. NaN where nothing was missing. Only items answered both times count.
    """
    both = before.index.intersection(after.index)
    items = before.columns.intersection(after.columns)
    first, second = before.loc[both, items], after.loc[both, items]
    answered = first.notna() & second.notna()
    table = pd.DataFrame(
        {
            "of": answered.sum(axis=1).astype(int),
            "pre": first.where(answered).sum(axis=1).astype(int),
            "post": second.where(answered).sum(axis=1).astype(int),
        }
    )
    table = table[table["of"] > 0]
    room = (table["of"] - table["pre"]).astype(float)
    table["gain"] = (table["post"] - table["pre"]) / room.where(room > 0)
    return table


def class_gain(table: pd.DataFrame) -> float:
    """The gain of the class as a whole, from the sums over students (Hake, 1998); NaN if no room.

    Students who had all right before count here, though they have no gain of their own.
    """
    room = int(table["of"].sum() - table["pre"].sum())
    return float(table["post"].sum() - table["pre"].sum()) / room if room else math.nan


# ---- what to teach again -------------------------------------------------------------------------


def reteach_items(
    answers: pd.DataFrame, marks: pd.DataFrame, known: Sequence[Item]
) -> pd.DataFrame:
    """Items to teach again, or whose key to check, each with the reason.

    Columns: item, stem, page, p, sure_and_wrong (answers), check (the key), why. An item is listed
    if fewer than half got it right, if many were sure of a wrong answer, or if those who know more
    did worse. Doubtful keys first, then the hardest.
    """
    counts, drawn = _counts(marks), _drawn(answers, known)
    rows = []
    for item in known:
        if item.id not in counts:
            continue
        n, right, p, d, r = counts[item.id]
        own = answers[answers["item"] == item.id]
        sure = int(((own["right"] == 0) & (own["confidence"] == 90)).sum())
        check = suspect(n, p, d, r)
        if check or p < TEACH or (sure >= FEW_SURE and sure / n >= SURE_WRONG):
            parts = [f"{right:.0f} of {n:.0f} right"]
            chosen, text = drawn.get(item.id, (0, ""))
            if chosen > 1:
                parts.append(f"{chosen} chose “{text}”")
            if sure > 1:
                parts.append(f"{sure} were wrong though 90\u00a0% sure")
            why = f"{'; '.join(parts)}.{CHECK if check else ''}"
            rows.append((item.id, item.stem, item.page, p, sure, check, why))
    columns = ["item", "stem", "page", "p", "sure_and_wrong", "check", "why"]
    found = pd.DataFrame(rows, columns=columns)
    return found.sort_values(["check", "p"], ascending=[False, True]).reset_index(drop=True)


def _counts(marks: pd.DataFrame) -> dict[str, tuple[float, float, float, float, float]]:
    """For each answered item n, right, p, D and r_rest."""
    table = items(marks)[["n", "right", "p", "D", "r_rest"]]
    rows = zip(table.index, table.to_numpy(float).tolist(), strict=True)
    return {str(id_): (n, right, p, d, r) for id_, (n, right, p, d, r) in rows if n}


def _drawn(answers: pd.DataFrame, known: Sequence[Item]) -> dict[str, tuple[int, str]]:
    """For each item the wrong option that drew most: by how many chosen, and its text."""
    choices = options(answers, known)
    most = choices.loc[temptations(choices)]
    columns = (most[name].tolist() for name in ("item", "chosen", "text"))
    return {item: (chosen, text) for item, chosen, text in zip(*columns, strict=True)}


CHECK = " Students who do well elsewhere do worse here: check key and wording first."


def reteach_ideas(
    marks: pd.DataFrame, known: Sequence[Item], says: Mapping[str, str]
) -> pd.DataFrame:
    """Objectives of which fewer than IDEA of the answers were right, the weakest first.

    Columns: objective, says, items, answers, p, why (with the section to read again). ``says`` has
    the text of each objective by its number. Items whose key is in doubt do not count.
    """
    counts = _counts(marks)
    rows = []
    for number in dict.fromkeys(item.objective for item in known):
        own = []
        for item in known:
            if item.objective == number and item.id in counts:
                n, right, p, d, r = counts[item.id]
                own += [] if suspect(n, p, d, r) else [(p, n, right, item)]
        given, good = sum(one[1] for one in own), sum(one[2] for one in own)
        if not given or good / given >= IDEA:
            continue
        worst, _, _, weakest = min(own, key=lambda one: one[0])
        why = (
            f"{good:.0f} of {given:.0f} answers to {len(own)} "
            f"{'question' if len(own) == 1 else 'questions'} right; weakest is {weakest.id} "
            f"({100 * worst:.0f}\u00a0%). Read again: “{weakest.heading}”."
        )
        rows.append((number, says.get(number, ""), len(own), int(given), good / given, why))
    columns = ["objective", "says", "items", "answers", "p", "why"]
    return pd.DataFrame(rows, columns=columns).sort_values("p").reset_index(drop=True)
