"""Every number the book prints from a model is worked out a second way, by trying all answers."""

import itertools
import math
import random
import re
from collections.abc import Callable
from typing import Any

import pytest

from bookkit import models, quizfile
from bookkit.data import table
from bookkit.models import ModelError

STAG_HUNT, ASSURANCE, FEARFUL = (4, 1, 3, 2), (5, 1, 2, 2), (4, -2, 3, 2.5)
DILEMMA, CHICKEN, CATASTROPHE, DEADLOCK = (3, 1, 4, 2), (3, 2, 4, 1), (3, 2, 4, -10), (2, 1, 4, 3)
STEP = 0.0005


def near(value: float) -> Any:
    """Return a number to compare with, as exact as floats allow."""
    return pytest.approx(value, abs=1e-9)


# ---- games ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("payoffs", "name", "equilibria", "dominant"),
    [
        (STAG_HUNT, "stag hunt", ("CC", "DD"), ()),
        (FEARFUL, "stag hunt", ("CC", "DD"), ()),
        (ASSURANCE, "assurance game", ("CC", "DD"), ()),
        (DILEMMA, "prisoner's dilemma", ("DD",), ("D",)),
        (CHICKEN, "chicken", ("CD", "DC"), ()),
        (CATASTROPHE, "chicken", ("CD", "DC"), ()),
        (DEADLOCK, "deadlock", ("DD",), ("D",)),
        ((4, 2, 3, 1), "another game", ("CC",), ("C",)),
        ((1, 1, 1, 1), "another game", ("CC", "CD", "DC", "DD"), ()),
    ],
)
def test_games_have_their_names_and_equilibria(
    payoffs: Any, name: str, equilibria: Any, dominant: Any
) -> None:
    assert models.game_name(*payoffs) == name
    assert models.pure_equilibria(payoffs) == equilibria
    assert models.dominant_actions(payoffs) == dominant


def test_an_equilibrium_is_a_cell_that_nobody_gains_by_leaving() -> None:
    chance = random.Random(2021)
    for _ in range(300):
        row, column = ([chance.randint(0, 4) for _ in range(4)] for _ in range(2))
        mine = dict(zip(("CC", "CD", "DC", "DD"), row, strict=True))
        theirs = dict(zip(("CC", "CD", "DC", "DD"), column, strict=True))  # own action first
        stay = tuple(
            a + b
            for a, b in itertools.product("CD", repeat=2)
            if mine[a + b] == max(mine["C" + b], mine["D" + b])
            and theirs[b + a] == max(theirs["C" + a], theirs["D" + a])
        )
        assert models.pure_equilibria(row, column) == stay


def test_a_security_seeker_who_meets_a_greedy_state_ends_where_two_greedy_states_end() -> None:
    assert models.pure_equilibria(STAG_HUNT, DEADLOCK) == ("DD",)
    assert models.pure_equilibria(STAG_HUNT, DILEMMA) == ("DD",)
    assert models.pure_equilibria(DEADLOCK) == ("DD",)


@pytest.mark.parametrize(
    ("payoffs", "threshold"), [(ASSURANCE, 0.25), (STAG_HUNT, 0.5), (FEARFUL, 0.8182)]
)
def test_at_the_trust_threshold_both_actions_are_worth_the_same(
    payoffs: Any, threshold: float
) -> None:
    cc, cd, dc, dd = payoffs
    p = models.trust_threshold(*payoffs)
    assert round(p, 4) == threshold
    assert p * cc + (1 - p) * cd == near(p * dc + (1 - p) * dd)


def test_thresholds_of_repeated_and_of_mixed_games() -> None:
    delta = models.grim_trigger_threshold(*DILEMMA)
    assert delta == 0.5
    assert 3 / (1 - delta) == near(4 + delta * 2 / (1 - delta))  # restraint against one breach
    assert models.chicken_mix(*CHICKEN) == (0.5, 0.25)
    mix = models.chicken_mix(*CATASTROPHE)
    assert (round(mix.yields, 4), round(mix.crash, 4)) == (0.9231, 0.0059)
    assert mix.yields * 3 + (1 - mix.yields) * 2 == near(mix.yields * 4 + (1 - mix.yields) * -10)


# ---- beliefs -------------------------------------------------------------------------------------


def test_beliefs_move_as_counting_cases_says() -> None:
    step = 0.40
    for if_true, if_false, then in [(0.9, 0.5, 0.5455), (0.6, 0.9, 0.4444), (0.8, 0.2, 0.7619)]:
        true, false = step * if_true * 1e6, (1 - step) * if_false * 1e6  # of a million cases
        step = models.posterior(step, if_true, if_false)
        assert step == near(true / (true + false))
        assert round(step, 4) == then
    assert models.posterior(0.40, 0.7, 0.7) == 0.40  # both types send it alike


# ---- bargaining ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("p", "cost_a", "cost_b", "low", "high", "width"),
    [
        (0.70, 0.15, 0.20, 0.55, 0.90, 0.35),
        (0.60, 0.10, 0.25, 0.50, 0.85, 0.35),
        (0.60, 0.20, 0.25, 0.40, 0.85, 0.45),
        (0.05, 0.10, 0.20, 0.00, 0.25, 0.25),  # nobody pays to be given less than nothing
        (0.95, 0.10, 0.20, 0.85, 1.00, 0.15),
    ],
)
def test_the_bargaining_range_holds_the_shares_both_prefer_to_war(
    p: float, cost_a: float, cost_b: float, low: float, high: float, width: float
) -> None:
    deals = models.bargaining_range(p, cost_a, cost_b)
    assert (deals.low, deals.high, deals.width) == (low, high, width)
    assert deals.war_a + deals.war_b + deals.destroyed == near(1)
    for share in (step / 200 for step in range(201)):
        both = share >= deals.war_a - 1e-9 and 1 - share >= deals.war_b - 1e-9
        assert both == (low - 1e-9 <= share <= high + 1e-9)


def test_a_status_quo_outside_the_range_is_attacked() -> None:
    for q, verdict in [(0.50, "A attacks"), (0.55, "holds"), (0.60, "holds"), (0.95, "B attacks")]:
        assert models.status_quo_test(q, 0.70, 0.15, 0.20) == verdict


@pytest.mark.parametrize(
    ("resolute", "safe", "risky", "choice", "war"),
    [
        (0.30, 0.65, 0.78, "risky", 0.30),
        (0.50, 0.65, 0.70, "risky", 0.50),
        (0.625, 0.65, 0.65, "either", 0.0),
        (0.70, 0.65, 0.62, "safe", 0.0),
        (0.90, 0.65, 0.54, "safe", 0.0),
    ],
)
def test_two_types_of_opponent(
    resolute: float, safe: float, risky: float, choice: str, war: float
) -> None:
    lab = models.two_types(0.60, 0.10, 0.05, 0.30, resolute)
    assert (lab.safe_demand, lab.risky_demand, lab.threshold) == (0.65, 0.90, 0.625)
    assert (lab.safe_value, lab.risky_value) == (safe, risky)
    assert (lab.choice, lab.war) == (choice, war)


@pytest.mark.parametrize("p", [0.2, 0.6, 0.8, 0.97])
@pytest.mark.parametrize("resolute", [0.0, 0.2, 0.5, 0.8, 1.0])
def test_no_demand_beats_the_one_that_two_types_names(p: float, resolute: float) -> None:
    def value(demand: float) -> float:
        accepting = (resolute if demand <= p + 0.05 + 1e-9 else 0) + (
            1 - resolute if demand <= p + 0.30 + 1e-9 else 0
        )
        return demand * accepting + (p - 0.10) * (1 - accepting)

    lab = models.two_types(p, 0.10, 0.05, 0.30, resolute)
    best = max(value(step * STEP) for step in range(round(1 / STEP) + 1))
    assert max(lab.safe_value, lab.risky_value) == near(best)


CONTINUUM = [
    (0.60, 0.10, 0.40, 0.75, 0.375, 0.6562, False),
    (0.60, 0.20, 0.40, 0.70, 0.250, 0.6250, False),
    (0.60, 0.40, 0.40, 0.60, 0.000, 0.6000, False),
    (0.60, 0.10, 0.20, 0.65, 0.250, 0.6125, False),
    (0.50, 0.10, 0.40, 0.65, 0.375, 0.5562, False),
    (0.75, 0.10, 0.40, 0.90, 0.375, 0.8062, False),
    (0.85, 0.10, 0.40, 1.00, 0.375, 0.9062, False),
    (0.90, 0.10, 0.40, 1.00, 0.250, 0.9500, True),
    (0.60, 0.50, 0.40, 0.60, 0.000, 0.6000, False),
]


@pytest.mark.parametrize(("p", "cost_a", "cost_max", "demand", "war", "value", "corner"), CONTINUUM)
def test_no_demand_beats_the_one_that_the_continuum_names(
    p: float,
    cost_a: float,
    cost_max: float,
    demand: float,
    war: float,
    value: float,
    corner: bool,
) -> None:
    def worth(share: float) -> float:
        refused = min(1.0, max(0.0, (share - p) / cost_max))
        return share * (1 - refused) + (p - cost_a) * refused

    lab = models.continuum(p, cost_a, cost_max)
    assert (lab.demand, lab.war, lab.corner) == (demand, war, corner)
    assert lab.value == pytest.approx(value, abs=6e-5)
    best = max((step * STEP for step in range(round(1 / STEP) + 1)), key=worth)
    assert best == pytest.approx(lab.demand, abs=STEP)
    assert worth(best) == pytest.approx(lab.value, abs=1e-6)


@pytest.mark.parametrize(
    ("p_now", "p_later", "cost_a", "discount", "war_now", "best_peace", "war"),
    [
        (0.80, 0.50, 0.10, 1, 1.50, 1.40, True),
        (0.80, 0.65, 0.10, 1, 1.50, 1.55, False),
        (0.80, 0.50, 0.10, 0.6, 1.18, 1.24, False),
        (0.80, 0.50, 0.30, 0.9, 1.22, 1.18, True),
        (0.70, 0.50, 0.10, 1, 1.30, 1.40, False),
        (0.70, 0.30, 0.10, 1, 1.30, 1.20, True),
        (0.90, 0.05, 0.10, 1, 1.70, 1.00, True),  # war later is worth less than nothing: not asked
    ],
)
def test_power_shift(
    p_now: float, p_later: float, cost_a: float, discount: float,
    war_now: float, best_peace: float, war: bool,
) -> None:  # fmt: skip
    lab = models.power_shift(p_now, p_later, cost_a, discount)
    assert (lab.war_now, lab.best_peace, lab.war) == (war_now, best_peace, war)
    assert lab.war_now - lab.best_peace == near(lab.pull - lab.room)


def test_the_gauge_of_a_power_shift_shows_the_two_sides_of_the_inequality() -> None:
    lab = models.power_shift(0.80, 0.50, 0.30, 0.9)
    assert (lab.pull, lab.room) == (0.27, 0.23)
    for cost in (0, 0.1, 0.3, 0.5):  # when the future weighs as much, A's cost drops out
        at_one = models.power_shift(0.80, 0.50, cost, 1)
        assert (at_one.pull, at_one.room) == (0.30, 0.20)


def test_first_strike() -> None:
    closed = models.first_strike_range(0.75, 0.55, 0.05, 0.10)
    assert closed == (0.70, 0.65, -0.05, True)
    opened = models.first_strike_range(0.75, 0.55, 0.15, 0.20)
    assert opened == (0.60, 0.75, 0.15, False)
    assert models.first_strike_range(0.7, 0.7, 0.15, 0.2)[:2] == (0.55, 0.90)  # nothing to gain


# ---- deterrence, patrons, signals ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("p", "cost", "threshold"),
    [(0.8, 0.3, 0.5), (0.6, 0.3, 0.375), (0.8, 0.5, 0.375), (0.6, 0.5, 0.1667)],
)
def test_at_the_deterrence_threshold_an_attack_is_worth_nothing(
    p: float, cost: float, threshold: float
) -> None:
    s = models.deterrence_threshold(p, cost, 0.4, 0.9)
    assert round(s, 4) == threshold
    assert models.attack_value(s, p, cost, 0.4, 0.9) == near(0)
    assert models.attack_value(s - 0.01, p, cost, 0.4, 0.9) > 0


def test_deterrence_without_a_threshold_in_between() -> None:
    assert models.deterrence_threshold(0.3, 0.3, 0.2, 0.9) == 0
    assert models.deterrence_threshold(0.8, 0.3, 0.6, 0.5) == math.inf


@pytest.mark.parametrize(
    ("abandonment", "entrapment", "support"), [(0.6, 0.4, 0.6), (0.9, 0.3, 0.75), (0.3, 0.9, 0.25)]
)
def test_no_support_loses_the_patron_less(
    abandonment: float, entrapment: float, support: float
) -> None:
    def loss(s: float) -> float:
        return abandonment * (1 - s) ** 2 + entrapment * s**2

    assert models.patron_support(abandonment, entrapment) == support
    assert min((step / 1000 for step in range(1001)), key=loss) == support


def test_costs_that_separate() -> None:
    low, high = models.separating_costs(0.30, 0.60)
    assert (low, high) == (0.30, 0.60)
    for cost in (0.2, 0.4, 0.7):
        told_apart = 0.60 - cost >= 0 and 0.30 - cost <= 0
        assert told_apart == (low <= cost <= high)


# ---- scores --------------------------------------------------------------------------------------


def test_brier_scores() -> None:
    score = models.brier_score([0.2, 0.7, 0.9], [0, 1, 0])
    assert round(score, 4) == 0.3133
    assert round(2 * score, 4) == 0.6267
    assert round(models.brier_skill(score), 4) == -0.2533
    assert models.brier_score([0.5] * 4, [0, 1, 1, 0]) == 0.25


def test_murphys_parts_add_up() -> None:
    forecasts = [0.1] * 10 + [0.3] * 10 + [0.8] * 10
    outcomes = [1] + [0] * 9 + [1] * 4 + [0] * 6 + [1] * 7 + [0] * 3
    parts = models.brier_parts(forecasts, outcomes)
    assert [round(part, 4) for part in parts] == [0.1867, 0.0067, 0.0600, 0.2400, 0.40]
    chance = random.Random(7)
    for _ in range(50):
        forecasts = [chance.choice([0, 0.2, 0.5, 1.0]) for _ in range(20)]
        outcomes = [chance.randint(0, 1) for _ in range(20)]
        score, reliability, resolution, uncertainty, _ = models.brier_parts(forecasts, outcomes)
        assert score == pytest.approx(reliability - resolution + uncertainty, abs=1e-8)


def test_confidence_is_best_stated_as_it_is() -> None:
    for confidence, right, wrong in [
        (0.25, 0.4375, 0.9375), (0.5, 0.75, 0.75), (0.75, 0.9375, 0.4375), (0.9, 0.99, 0.19),
    ]:  # fmt: skip
        assert models.confidence_points(confidence, True) == right
        assert models.confidence_points(confidence, False) == wrong

    def average(said: float) -> float:
        return 0.7 * models.confidence_points(said, True) + 0.3 * models.confidence_points(
            said, False
        )

    assert max((step / 100 for step in range(101)), key=average) == 0.7


# ---- input that cannot be ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: models.pure_equilibria((3, 1, 4)), r"\(3, 1, 4\): give four payoffs"),
        (lambda: models.game_name(3, 1, 4, math.nan), "give four payoffs"),
        (lambda: models.best_replies(DILEMMA, "X"), "other='X': the other player's action is"),
        (lambda: models.trust_threshold(*DILEMMA), "cc=3, cd=1, dc=4, dd=2: a trust threshold"),
        (lambda: models.grim_trigger_threshold(*CHICKEN), "needs a prisoner's dilemma"),
        (lambda: models.chicken_mix(*DILEMMA), "needs a game of chicken"),
        (lambda: models.posterior(1.2, 0.5, 0.5), "prior=1.2: give a number from 0 to 1"),
        (lambda: models.posterior(0.5, 0.5, math.nan), "if_false=nan: give a number from 0 to 1"),
        (lambda: models.posterior(0.5, 0, 0), "the signal cannot be seen at all"),
        (lambda: models.bargaining_range(0.5, -0.1, 0.1), "cost_a=-0.1: give a number that is 0"),
        (lambda: models.bargaining_range(0.5, 0.1, math.inf), "cost_b=inf: give a number that"),
        (lambda: models.status_quo_test(1.5, 0.5, 0.1, 0.1), "q=1.5: give a number from 0 to 1"),
        (lambda: models.two_types(0.6, 0.1, 0.3, 0.05, 0.5), "the resolute type has the lower"),
        (lambda: models.continuum(0.6, 0.1, 0), "cost_max=0: then A knows B's cost"),
        (lambda: models.power_shift(0.5, 0.8, 0.1, 1), "p_later must not be above p_now"),
        (lambda: models.power_shift(0.5, 0.4, 0.1, 2), "discount=2: give a number from 0 to 1"),
        (lambda: models.first_strike_range(0.5, 0.8, 0.1, 0.1), "must not lower A's chance"),
        (lambda: models.deterrence_threshold(8, 0.3, 0.4, 0.9), "p=8: give a number from 0 to 1"),
        (lambda: models.patron_support(0, 0), "give at least one of the fears a weight"),
        (lambda: models.separating_costs(0.6, 0.3), "no cost tells the two apart"),
        (lambda: models.brier_score([], []), "0 forecasts, 0 outcomes: give one outcome"),
        (lambda: models.brier_score([0.5], [0, 1]), "1 forecasts, 2 outcomes: give one outcome"),
        (lambda: models.brier_score([0.5, 50], [0, 1]), "forecast 2 is 50: give a number from"),
        (lambda: models.brier_parts([0.5], [2]), r"outcome 1 is 2: give 1 \(it happened\) or 0"),
        (lambda: models.brier_skill(0.2, 0), "reference=0: nothing can be better"),
        (lambda: models.confidence_points(90, True), "confidence=90: give a number from 0 to 1"),
    ],
)
def test_input_that_cannot_be_is_refused_in_one_sentence(
    call: Callable[[], object], says: str
) -> None:
    with pytest.raises(ModelError, match=says):
        call()


# ---- the table that the bargaining lab prints ----------------------------------------------------


def test_the_cases_of_the_bargaining_lab_follow_from_their_settings() -> None:
    cases = table("bargaining-cases")
    for _, rows in cases.groupby("case"):
        model = getattr(models, str(rows["model"].iloc[0]).replace(" ", "_"))
        given, result = (
            rows[rows["role"] == role].set_index("quantity")["value"]
            for role in ("given", "result")
        )
        worked_out = model(**given)._asdict()
        assert len(result) >= 3
        for quantity, value in result.items():
            assert worked_out[quantity] == near(value), rows["case"].iloc[0]


def test_the_numbers_of_the_bargaining_quiz_follow_from_the_models() -> None:
    items = {item.id: item for item in quizfile.load("bargaining-lab").items}
    assert items["7.9"].content["answer"] == models.bargaining_range(0.40, 0.10, 0.20).low
    for cost in (0.05, 0.2):
        lab = models.power_shift(0.80, 0.55, cost, 1)
        assert items["7.13"].content["answer"] == near(lab.pull - lab.room)
    beliefs = [
        float(re.search(r"\d\.\d+", step["text"])[0])  # type: ignore[index]
        for step in items["7.12"].content["steps"]
    ]
    risks = [models.two_types(0.60, 0.10, 0.05, 0.30, belief).war for belief in beliefs]
    assert risks == sorted(risks) == [0, 0.20, 0.40, 0.60]
