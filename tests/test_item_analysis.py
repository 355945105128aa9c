"""Promises of the item analysis: published numbers, other formulas, small and odd classes."""

import math
import statistics
from dataclasses import replace
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
import pytest

from bookkit.classroom import item_analysis as ia
from bookkit.quizfile import Item

# Twelve students and five items, worked out beforehand with numpy, girth and pingouin.
DEMO = pd.DataFrame(
    [
        *([1, 1, 1, 1, 1], [1, 1, 1, 1, 0], [1, 1, 1, 0, 1], [1, 1, 1, 1, 0]),
        *([1, 1, 0, 1, 0], [1, 0, 1, 0, 0], [1, 1, 0, 0, 1], [1, 0, 1, 0, 0]),
        *([1, 0, 0, 0, 1], [0, 1, 0, 0, 0], [1, 0, 0, 0, 1], [0, 0, 0, 0, 1]),
    ],
    columns=list("12345"),
    dtype=float,
)


def rounded(values: Any) -> list[float]:
    return [round(float(value), 3) for value in values]


def test_the_worked_example_gives_its_published_numbers() -> None:
    assert rounded(ia.difficulty(DEMO)["p"]) == [0.833, 0.583, 0.5, 0.333, 0.5]
    assert rounded(ia.upper_lower(DEMO, ties="listed")) == [0.667, 0.667, 1.0, 0.667, 0.0]
    assert rounded(ia.point_biserial(DEMO, corrected=False)) == [0.635, 0.651, 0.608, 0.717, 0.068]
    assert rounded(ia.point_biserial(DEMO)) == [0.395, 0.314, 0.247, 0.432, -0.321]
    assert round(ia.kr20(DEMO), 4) == 0.3425
    assert round(ia.alpha_if_deleted(DEMO)["5"], 4) == 0.6584
    verdicts = [ia.verdict(row) for _, row in ia.items(DEMO).iterrows()]
    assert verdicts == ["easy, good", "good", "good", "good", "check the key or the wording"]


def some_class(seed: int, students: int = 40, items: int = 9, missing: float = 0) -> pd.DataFrame:
    lot = np.random.default_rng(seed)
    edge = lot.normal(size=(students, 1)) - lot.normal(size=items)
    marks = (lot.random((students, items)) < 1 / (1 + np.exp(-edge))).astype(float)
    marks[lot.random((students, items)) < missing] = math.nan
    return pd.DataFrame(marks, columns=[f"1.{n + 1}" for n in range(items)])


@pytest.mark.parametrize("seed", range(4))
def test_correlations_agree_with_two_other_formulas(seed: int) -> None:
    marks = some_class(seed)
    total = marks.sum(axis=1)
    for item in marks.columns:
        own, rest = marks[item], total - marks[item]
        right, wrong = total[own == 1], total[own == 0]
        p = own.mean()
        raw = (right.mean() - wrong.mean()) / total.std(ddof=0) * math.sqrt(p * (1 - p))
        assert math.isclose(ia.point_biserial(marks, corrected=False)[item], raw)
        corrected = statistics.correlation(list(own), list(rest))
        assert math.isclose(ia.point_biserial(marks)[item], corrected)
        s, t = own.std(ddof=0), total.std(ddof=0)  # the item taken out of the total
        henrysson = (raw * t - s) / math.sqrt(t * t + s * s - 2 * raw * t * s)
        assert math.isclose(corrected, henrysson)


@pytest.mark.parametrize("seed", range(4))
def test_kr20_agrees_with_alpha_from_covariances(seed: int) -> None:
    marks = some_class(seed)
    k = len(marks.columns)
    columns = [list(marks[item]) for item in marks.columns]
    between = statistics.mean(statistics.covariance(a, b) for a, b in combinations(columns, 2))
    within = statistics.mean(statistics.variance(column) for column in columns)
    alpha = k * between / (within + (k - 1) * between)
    assert math.isclose(ia.kr20(marks), alpha)
    without = ia.kr20(marks.drop(columns="1.3"))
    assert math.isclose(ia.alpha_if_deleted(marks)["1.3"], without)


def test_d_is_what_counting_by_hand_gives() -> None:
    """Ten students, groups of three; no ties at the edges."""
    ladder = pd.DataFrame([[float(n > step) for step in range(9)] for n in range(10)])
    ladder["x"] = [1, 0, 0, 0, 0, 0, 0, 1, 1, 0.0]
    assert round(ia.upper_lower(ladder)["x"], 6) == round(2 / 3 - 1 / 3, 6)


def test_ties_at_the_edge_share_its_places_so_that_the_order_of_files_changes_nothing() -> None:
    marks = some_class(5, students=23, items=6)
    found = ia.upper_lower(marks)
    for seed in range(5):
        shuffled = marks.sample(frac=1, random_state=seed)
        assert np.allclose(ia.upper_lower(shuffled), found)
        assert np.allclose(ia.items(shuffled).drop(columns="n"), ia.items(marks).drop(columns="n"))
    listed = [tuple(ia.upper_lower(marks.sample(frac=1, random_state=s), ties="listed").round(9))
              for s in range(5)]  # fmt: skip
    assert len(set(listed)) > 1  # what sharing cures
    level = pd.DataFrame({"a": [1, 0, 1, 0.0] * 5, "b": [0, 1, 0, 1.0] * 5})
    assert list(ia.upper_lower(level)) == [0, 0]


def test_missing_answers_are_neither_right_nor_wrong() -> None:
    marks = some_class(6, missing=0.3)
    table = ia.items(marks)
    for item in marks.columns:
        given = [value for value in marks[item] if not math.isnan(value)]
        assert table.loc[item, "n"] == len(given) < 40
        assert math.isclose(table.loc[item, "p"], sum(given) / len(given))
        assert -1 <= table.loc[item, "r_rest"] <= 1
    whole = marks.dropna()
    assert math.isclose(ia.kr20(marks), ia.kr20(whole), abs_tol=1e-12) or math.isnan(ia.kr20(whole))
    empty = marks.assign(**{"1.1": math.nan})
    assert ia.items(empty).loc["1.1", "n"] == 0 and math.isnan(ia.items(empty).loc["1.1", "p"])


@pytest.mark.parametrize("students", [0, 1, 2, 5, 9])
def test_below_ten_students_discrimination_and_reliability_are_withheld(students: int) -> None:
    marks = some_class(7, students=students)
    table = ia.items(marks)
    assert table[["D", "r_rest", "r_total", "alpha_without"]].isna().all(axis=None)
    assert set(table["n"]) <= {students}
    assert {ia.verdict(row) for _, row in table.iterrows()} == {
        "too few answers to judge the question"
    }
    found = ia.reliability(marks, {"one": list(marks.columns)})
    assert math.isnan(found["kr20"][0]) and found["students"][0] == students


def test_ten_students_are_enough() -> None:
    marks = some_class(8, students=10)
    assert ia.items(marks)["D"].notna().all()
    assert not math.isnan(ia.reliability(marks, {"one": list(marks.columns)})["kr20"][0])


@pytest.mark.parametrize("value", [0.0, 1.0])
def test_a_class_that_answers_all_alike_breaks_nothing(value: float) -> None:
    marks = pd.DataFrame(value, index=range(15), columns=["1.1", "1.2", "1.3", "1.4", "1.5"])
    table = ia.items(marks)
    assert set(table["p"]) == {value} and set(table["D"]) == {0}
    assert table["r_rest"].isna().all() and math.isnan(ia.kr20(marks))
    (words,) = {ia.verdict(row) for _, row in table.iterrows()}
    assert ("all right" in words) == bool(value)


def test_a_reliability_names_the_item_that_spoils_it() -> None:
    marks = pd.concat([DEMO, DEMO], ignore_index=True)
    found = ia.reliability(marks, {"demo": list("12345"), "more": ["1", "6"]})
    assert found["weakest"][0] == "5" and found["kr20_without"][0] > found["kr20"][0]
    assert math.isnan(found["kr20"][1])  # nobody answered item 6


# ---- options and confidence ----------------------------------------------------------------------


def one(id_: str = "1.1", **more: Any) -> Item:
    options = [
        {"text": text, "correct": text == "B", "feedback": "x"} for text in ("A", "B", "C", "D")
    ]
    item = Item(id_, "one", "1.1", "Apply", "Which?", "s", (), {"options": options}, "01-p", "H")
    return replace(item, **more)


def given(answers: list[Any], item: str = "1.1", sure: int = 70) -> pd.DataFrame:
    return pd.DataFrame(
        {"student": range(len(answers)), "item": item, "answer": answers,
         "right": [int(answer == 1) for answer in answers], "confidence": sure}
    )  # fmt: skip


def test_each_option_has_its_share_and_unused_ones_are_named() -> None:
    table = ia.options(given([1] * 30 + [0] * 18 + [2] * 2), [one()])
    assert list(table["share"]) == [0.36, 0.6, 0.04, 0]
    assert list(table["unused"]) == [False, False, True, True]
    assert table.loc[ia.temptations(table)["1.1"], "text"] == "A"


def test_with_few_answers_no_option_is_called_unused() -> None:
    assert not ia.options(given([1] * 19), [one()])["unused"].any()
    assert ia.options(given([1] * 20), [one()])["unused"].sum() == 3
    none = ia.options(given([]), [one()])
    assert none["share"].isna().all() and ia.temptations(none).empty


def test_options_of_several_answers_are_counted_one_by_one() -> None:
    item = one(type="several")
    table = ia.options(given([[0, 1], [1], [1, 2], [1]]), [item])
    assert list(table["chosen"]) == [1, 4, 1, 0]
    assert list(table["share"]) == [0.25, 1, 0.25, 0]


def test_calibration_counts_answers_and_hits_at_each_level() -> None:
    answers = pd.concat([given([1, 1, 0], sure=90), given([0], sure=50)])
    table = ia.calibration(answers)
    assert list(table["said"]) == [50, 70, 90]
    assert list(table["answers"]) == [1, 0, 3] and list(table["right"]) == [0, 0, 2]
    assert table["share"][2] == pytest.approx(2 / 3) and math.isnan(table["share"][1])


# ---- gain ----------------------------------------------------------------------------------------


def score(right: int, of: int = 10) -> list[float]:
    return [1.0] * right + [0.0] * (of - right)


def test_the_gain_is_the_share_of_what_was_missing() -> None:
    pre = pd.DataFrame([score(4), score(10), score(5), score(8)], index=list("abcd"))
    post = pd.DataFrame([score(7), score(9), score(5), score(6)], index=list("abcd"))
    table = ia.gains(pre, post)
    assert table["gain"][["a", "c", "d"]].tolist() == [0.5, 0, -1]
    assert math.isnan(table["gain"]["b"])  # nothing was missing
    assert ia.class_gain(table) == (27 - 27) / (40 - 27)
    assert ia.class_gain(table.loc[["a"]]) == 0.5
    assert math.isnan(ia.class_gain(table.loc[["b"]]))


def test_only_items_and_students_with_both_answers_count() -> None:
    pre = pd.DataFrame([[1, 0, math.nan], [1, 1, 1]], index=["a", "gone"], columns=list("xyz"))
    post = pd.DataFrame([[1, 1, 1], [0, 0, 0]], index=["a", "new"], columns=list("xyz"))
    table = ia.gains(pre, post)
    assert table.to_dict("index") == {"a": {"of": 2, "pre": 1, "post": 2, "gain": 1.0}}
    assert ia.gains(pre.iloc[:0], post).empty
    assert math.isnan(ia.class_gain(ia.gains(pre.iloc[:0], post)))


# ---- what to teach again -------------------------------------------------------------------------


def marked(answers: pd.DataFrame) -> pd.DataFrame:
    return answers.pivot(index="student", columns="item", values="right").astype(float)


def test_an_item_that_most_missed_comes_back_with_the_reason() -> None:
    answers = given([1] * 4 + [2] * 5 + [0] * 2)
    (row,) = ia.reteach_items(answers, marked(answers), [one()]).itertuples()
    assert row.why == "4 of 11 right; 5 chose “C”." and not row.check
    fine = given([1] * 8 + [2] * 3)
    assert ia.reteach_items(fine, marked(fine), [one()]).empty


def test_an_item_on_which_many_were_sure_and_wrong_comes_back() -> None:
    answers = given([1] * 8 + [2] * 3, sure=90)
    (row,) = ia.reteach_items(answers, marked(answers), [one()]).itertuples()
    assert "3 were wrong though 90\xa0% sure" in row.why
    answers.loc[answers.index[-1], "confidence"] = 70
    assert ia.reteach_items(answers, marked(answers), [one()]).empty


def test_an_item_that_the_strong_miss_is_a_case_for_its_key_and_no_idea_to_teach() -> None:
    marks = some_class(9, students=60, items=8)
    strong = marks.sum(axis=1) > marks.sum(axis=1).median()
    marks["1.9"] = (~strong).astype(float)
    answers = marks.reset_index(names="student").melt(
        "student", var_name="item", value_name="right"
    )
    answers = answers.assign(answer=0, confidence=70)
    known = [one(item, objective="1.9" if item == "1.9" else "1.1") for item in marks.columns]
    found = ia.reteach_items(answers, marks, known)
    assert found["item"][0] == "1.9" and found["check"][0]
    assert "check key and wording first" in found["why"][0]
    assert "1.9" not in set(ia.reteach_ideas(marks, known, {})["objective"])


def test_an_idea_comes_back_with_its_words_its_weakest_item_and_where_to_read() -> None:
    marks = pd.DataFrame({"1.1": score(2), "1.2": score(5), "2.1": score(9)})
    known = [
        one("1.1", heading="1.4 Weak"),
        one("1.2"),
        one("2.1", objective="2.1"),
        one("3.1", objective="3.1"),
    ]
    (row,) = ia.reteach_ideas(marks, known, {"1.1": "Tell A from B"}).itertuples()
    assert (row.objective, row.says, row.items, row.answers) == ("1.1", "Tell A from B", 2, 20)
    assert row.p == 0.35
    assert row.why == (
        "7 of 20 answers to 2 questions right; weakest is 1.1 (20\xa0%). Read again: “1.4 Weak”."
    )


def test_an_empty_class_gives_empty_tables() -> None:
    none = pd.DataFrame()
    answers = given([])
    assert ia.items(none).empty and ia.reteach_items(answers, none, [one()]).empty
    assert ia.reteach_ideas(none, [one()], {}).empty and math.isnan(ia.kr20(none))
