"""The book's small models: games, beliefs, bargaining, deterrence, scores. Pure functions.

Models illustrate mechanisms. No number here is an estimate of what a government wanted.
Chances, shares and discounts run from 0 to 1; costs are shares of the prize, so 0.15 is fifteen
hundredths of it. Results are rounded to ten decimals, so that 0.7 - 0.15 is 0.55. Input that
cannot be (a chance above 1, a cost below 0) raises ModelError with one message.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal, NamedTuple

DECIMALS = 10  # enough for any reading; hides the noise of binary fractions


class ModelError(ValueError):
    """Raised for input that the model has no meaning for; says which and what to give."""


# ---- two-by-two games ----------------------------------------------------------------------------


class Payoffs(NamedTuple):
    """What one player gets, its own action first: C is restraint, D is arming or advancing."""

    cc: float
    cd: float
    dc: float
    dd: float


class ChickenMix(NamedTuple):
    """How often each side yields when both mix, and how often both hold on and crash."""

    yields: float
    crash: float


def pure_equilibria(row: Sequence[float], column: Sequence[float] | None = None) -> tuple[str, ...]:
    """Return the cells that neither player leaves alone, such as ("CC", "DD"); row's letter first.

    ``row`` and ``column`` are four payoffs in the order cc, cd, dc, dd, each from that player's
    own side; without ``column`` the game is symmetric. Ties count as staying (Nash 1951).
    """
    mine = _payoffs(row)
    theirs = mine if column is None else _payoffs(column)
    return tuple(
        a + b
        for a in "CD"
        for b in "CD"
        if a in best_replies(mine, b) and b in best_replies(theirs, a)
    )


def best_replies(payoffs: Sequence[float], other: str) -> str:
    """Return the best answer to the other's action: "C", "D", or "CD" where both are as good."""
    if other not in ("C", "D"):
        raise ModelError(f"other={other!r}: the other player's action is 'C' or 'D'.")
    own = _payoffs(payoffs)
    restrain, defect = (own.cc, own.dc) if other == "C" else (own.cd, own.dd)
    return "CD" if restrain == defect else "C" if restrain > defect else "D"


def dominant_actions(payoffs: Sequence[float]) -> tuple[str, ...]:
    """Return the action that is better whatever the other does, as ("D",), or () if none is."""
    replies = {best_replies(payoffs, other) for other in "CD"}
    return tuple(action for action in "CD" if replies == {action})


def game_name(cc: float, cd: float, dc: float, dd: float) -> str:
    """Return the name of the symmetric game with these ranks, or "another game".

    Stag hunt (Jervis 1978): cc > dc > dd > cd; assurance game: the same with dc = dd;
    prisoner's dilemma: dc > cc > dd > cd; chicken: dc > cc > cd > dd; deadlock: dc > dd > cc > cd.
    """
    _payoffs((cc, cd, dc, dd))
    if cc > dc >= dd > cd:
        return "stag hunt" if dc > dd else "assurance game"
    if dc > cc > dd > cd:
        return "prisoner's dilemma"
    if dc > cc > cd > dd:
        return "chicken"
    return "deadlock" if dc > dd > cc > cd else "another game"


def trust_threshold(cc: float, cd: float, dc: float, dd: float) -> float:
    """Return the chance of the other's restraint above which restraint pays, 0 to 1.

    (dd - cd) / ((cc - dc) + (dd - cd)), for games of the stag hunt family: each side answers
    restraint with restraint (cc > dc) and advance with advance (dd > cd). After Jervis (1978).
    """
    own = _payoffs((cc, cd, dc, dd))
    if not (own.cc > own.dc and own.dd > own.cd):
        raise ModelError(
            f"{_listed(own)}: a trust threshold needs cc > dc and dd > cd; "
            "otherwise one action is at least as good whatever the other does, or it is chicken."
        )
    return _tidy((own.dd - own.cd) / ((own.cc - own.dc) + (own.dd - own.cd)))


def grim_trigger_threshold(cc: float, cd: float, dc: float, dd: float) -> float:
    """Return the weight of the future, 0 to 1, from which restraint can hold in a repeated game.

    (dc - cc) / (dc - dd), for a prisoner's dilemma in which one breach ends restraint for good
    (Friedman 1971).
    """
    own = _payoffs((cc, cd, dc, dd))
    if game_name(*own) != "prisoner's dilemma":
        raise ModelError(f"{_listed(own)}: this needs a prisoner's dilemma, dc > cc > dd > cd.")
    return _tidy((own.dc - own.cc) / (own.dc - own.dd))


def chicken_mix(cc: float, cd: float, dc: float, dd: float) -> ChickenMix:
    """Return how often each side yields in chicken's mixed equilibrium, and how often both crash.

    yields = (cd - dd) / ((cd - dd) + (dc - cc)); crash = (1 - yields) squared.
    """
    own = _payoffs((cc, cd, dc, dd))
    if game_name(*own) != "chicken":
        raise ModelError(f"{_listed(own)}: this needs a game of chicken, dc > cc > cd > dd.")
    yields = (own.cd - own.dd) / ((own.cd - own.dd) + (own.dc - own.cc))
    return ChickenMix(_tidy(yields), _tidy((1 - yields) ** 2))


# ---- beliefs -------------------------------------------------------------------------------------


def posterior(prior: float, if_true: float, if_false: float) -> float:
    """Return the chance that a claim is true once a signal was seen (Bayes' rule).

    ``prior`` is the chance before; ``if_true`` and ``if_false`` are the chances of the signal
    when the claim is true and when it is false. All run from 0 to 1.
    """
    _share(prior=prior, if_true=if_true, if_false=if_false)
    seen = prior * if_true + (1 - prior) * if_false
    if seen == 0:
        raise ModelError(
            f"prior={prior}, if_true={if_true}, if_false={if_false}: with these numbers the signal "
            "cannot be seen at all; raise one of the two chances."
        )
    return _tidy(prior * if_true / seen)


# ---- bargaining ----------------------------------------------------------------------------------


class BargainingRange(NamedTuple):
    """Shares of A that both prefer to war, within 0 and 1, and what war would give and destroy."""

    low: float
    high: float
    width: float
    war_a: float
    war_b: float
    destroyed: float


class TwoTypes(NamedTuple):
    """A's safe and risky demand, what each is worth to A, and what A does.

    ``threshold`` is the chance of a resolute B below which the risky demand pays; ``war`` the
    chance of war (0 where ``choice`` is "either": A then loses nothing by being careful).
    """

    safe_demand: float
    risky_demand: float
    safe_value: float
    risky_value: float
    threshold: float
    choice: Literal["safe", "risky", "either"]
    war: float


class Continuum(NamedTuple):
    """A's best demand, the chance that B fights, A's value, and whether the demand hit its cap."""

    demand: float
    war: float
    value: float
    corner: bool


class PowerShift(NamedTuple):
    """War now against the best peace, for the side that declines.

    ``pull`` is what A loses by waiting, ``room`` what a deal today can give it; war if pull > room.
    """

    war_now: float
    best_peace: float
    pull: float
    room: float
    war: bool


class FirstStrikeRange(NamedTuple):
    """Shares of A that both prefer to striking first; ``empty`` when low is above high."""

    low: float
    high: float
    width: float
    empty: bool


def bargaining_range(p: float, cost_a: float, cost_b: float) -> BargainingRange:
    """Return the shares of a prize of size 1 that A and B both prefer to war.

    From p - cost_a to p + cost_b, cut to 0 and 1 (Fearon 1995). ``p`` is A's chance of winning,
    which is no ratio of troops. War is worth p - cost_a to A and 1 - p - cost_b to B.
    """
    _share(p=p)
    _cost(cost_a=cost_a, cost_b=cost_b)
    low, high = _tidy(max(0.0, p - cost_a)), _tidy(min(1.0, p + cost_b))
    return BargainingRange(
        low, high, _tidy(high - low), _tidy(p - cost_a), _tidy(1 - p - cost_b),
        _tidy(cost_a + cost_b),
    )  # fmt: skip


def status_quo_test(q: float, p: float, cost_a: float, cost_b: float) -> str:
    """Return who would rather fight than keep A's share q: "A attacks", "B attacks" or "holds"."""
    _share(q=q)
    deals = bargaining_range(p, cost_a, cost_b)
    if _tidy(q) < deals.low:
        return "A attacks"
    return "B attacks" if _tidy(q) > deals.high else "holds"


def two_types(
    p: float, cost_a: float, cost_low: float, cost_high: float, resolute: float
) -> TwoTypes:
    """Return what A demands when it does not know B's cost of war (Fearon 1995, worked out here).

    B's cost is ``cost_low`` with chance ``resolute``, otherwise ``cost_high``. The safe demand
    p + cost_low is accepted by both; the risky demand p + cost_high only by the softer one.
    No demand is above 1. A takes the demand that is worth more.
    """
    _share(p=p, resolute=resolute)
    _cost(cost_a=cost_a, cost_low=cost_low, cost_high=cost_high)
    if cost_low >= cost_high:
        raise ModelError(
            f"cost_low={cost_low}, cost_high={cost_high}: the resolute type has the lower cost."
        )
    safe, risky, fight = min(1.0, p + cost_low), min(1.0, p + cost_high), p - cost_a
    value = (1 - resolute) * risky + resolute * fight
    threshold = (risky - safe) / (risky - fight) if risky > safe else 0.0
    choice: Literal["safe", "risky", "either"] = "risky" if value > safe else "safe"
    if math.isclose(value, safe, abs_tol=1e-12):
        choice = "either"
    return TwoTypes(
        _tidy(safe), _tidy(risky), _tidy(safe), _tidy(value), _tidy(threshold), choice,
        _tidy(resolute) if choice == "risky" else 0.0,
    )  # fmt: skip


def continuum(p: float, cost_a: float, cost_max: float) -> Continuum:
    """Return A's best demand when B's cost lies anywhere from 0 to ``cost_max``, each as likely.

    Demand p + (cost_max - cost_a) / 2, chance of war (cost_max - cost_a) / (2 cost_max), until the
    demand reaches its cap of 1; with cost_a above cost_max A asks p and B never fights.
    After Fearon (1995) and Powell (1999), worked out here from the first-order condition.
    """
    _share(p=p)
    _cost(cost_a=cost_a, cost_max=cost_max)
    if cost_max == 0:
        raise ModelError("cost_max=0: then A knows B's cost; use bargaining_range, or give more.")
    wanted = p + max(0.0, cost_max - cost_a) / 2
    demand = min(1.0, wanted)
    war = (demand - p) / cost_max
    value = demand * (1 - war) + (p - cost_a) * war
    return Continuum(_tidy(demand), _tidy(war), _tidy(value), _tidy(wanted) > 1)


def power_shift(p_now: float, p_later: float, cost_a: float, discount: float) -> PowerShift:
    """Return whether any deal today can satisfy A, whose chance of winning will fall.

    Two periods; ``discount`` weighs the second. War now gives p_now (1 + discount) - cost_a. The
    best peace gives everything today and tomorrow what A could still get by war, but not below 0.
    War if discount (p_now - p_later) > (1 - p_now) + cost_a (1 - discount): after Fearon (1995)
    and Powell (2006), worked out here for two periods.
    """
    _share(p_now=p_now, p_later=p_later, discount=discount)
    _cost(cost_a=cost_a)
    if p_later > p_now:
        raise ModelError(
            f"p_now={p_now}, p_later={p_later}: A is the side that declines, so p_later must not "
            "be above p_now; if B declines, change the two sides."
        )
    later = max(0.0, p_later - cost_a)
    war_now = p_now * (1 + discount) - cost_a
    best_peace = 1 + discount * later
    pull, room = discount * (p_now - cost_a - later), (1 - p_now) + cost_a * (1 - discount)
    return PowerShift(
        _tidy(war_now), _tidy(best_peace), _tidy(pull), _tidy(room), _tidy(pull) > _tidy(room)
    )


def first_strike_range(
    p_first: float, p_second: float, cost_a: float, cost_b: float
) -> FirstStrikeRange:
    """Return the shares of A that both prefer to striking first; there may be none.

    ``p_first`` is A's chance of winning if A strikes first, ``p_second`` if B does. From
    p_first - cost_a to p_second + cost_b, cut to 0 and 1; ``width`` is below 0 when it is empty,
    which is when p_first - p_second > cost_a + cost_b (Fearon 1995).
    """
    _share(p_first=p_first, p_second=p_second)
    _cost(cost_a=cost_a, cost_b=cost_b)
    if p_second > p_first:
        raise ModelError(
            f"p_first={p_first}, p_second={p_second}: striking first must not lower A's chance; "
            "give the larger number as p_first."
        )
    low, high = _tidy(max(0.0, p_first - cost_a)), _tidy(min(1.0, p_second + cost_b))
    return FirstStrikeRange(low, high, _tidy(high - low), low > high)


# ---- deterrence, patrons, signals ----------------------------------------------------------------


class SeparatingCosts(NamedTuple):
    """The costs of a signal that a resolute sender pays and an irresolute one does not."""

    low: float
    high: float


def attack_value(
    help_chance: float,
    p: float,
    cost: float,
    p_helped: float,
    cost_helped: float,
    prize: float = 1.0,
) -> float:
    """Return what an attack is worth to the challenger; above 0 it pays, at 0 or below it does not.

    ``p`` and ``cost`` hold when no partner steps in, ``p_helped`` and ``cost_helped`` when one
    does; ``help_chance`` is how likely the challenger thinks that is.
    """
    _share(help_chance=help_chance, p=p, p_helped=p_helped)
    _cost(cost=cost, cost_helped=cost_helped, prize=prize)
    helped, alone = p_helped * prize - cost_helped, p * prize - cost
    return _tidy(help_chance * helped + (1 - help_chance) * alone)


def deterrence_threshold(
    p: float, cost: float, p_helped: float, cost_helped: float, prize: float = 1.0
) -> float:
    """Return the perceived chance of help from which an attack no longer pays, 0 to 1.

    (p prize - cost) / ((p prize - cost) - (p_helped prize - cost_helped)). 0.0 if the attack does
    not pay even without help; math.inf if it pays even against help. Arms lower ``p`` (denial),
    sanctions raise ``cost`` (punishment; Snyder 1961). The threshold is worked out here.
    """
    alone = attack_value(0, p, cost, p_helped, cost_helped, prize)
    helped = attack_value(1, p, cost, p_helped, cost_helped, prize)
    if alone <= 0:
        return 0.0
    return math.inf if helped > 0 else _tidy(alone / (alone - helped))


def patron_support(abandonment: float, entrapment: float) -> float:
    """Return how firmly a patron backs a client, 0 to 1, in a toy trade-off (after Snyder 1984).

    It minimises abandonment (1 - s)^2 + entrapment s^2, so s = abandonment / (both together).
    The two weights are what it fears losing by standing aside and by being drawn in.
    """
    _cost(abandonment=abandonment, entrapment=entrapment)
    if abandonment + entrapment == 0:
        raise ModelError("abandonment=0, entrapment=0: give at least one of the fears a weight.")
    return _tidy(abandonment / (abandonment + entrapment))


def separating_costs(gain_irresolute: float, gain_resolute: float) -> SeparatingCosts:
    """Return the costs at which only a resolute sender signals (sunk costs, after Fearon 1997).

    The gains are what each kind of sender wins if the rival backs off. A cheaper signal is copied
    by bluffers, a dearer one is sent by nobody.
    """
    _cost(gain_irresolute=gain_irresolute, gain_resolute=gain_resolute)
    if gain_resolute <= gain_irresolute:
        raise ModelError(
            f"gain_irresolute={gain_irresolute}, gain_resolute={gain_resolute}: no cost tells the "
            "two apart unless the resolute sender gains more."
        )
    return SeparatingCosts(_tidy(gain_irresolute), _tidy(gain_resolute))


# ---- scores --------------------------------------------------------------------------------------


class BrierParts(NamedTuple):
    """Murphy's parts: score = reliability - resolution + uncertainty."""

    score: float
    reliability: float
    resolution: float
    uncertainty: float
    base_rate: float


def brier_score(forecasts: Sequence[float], outcomes: Sequence[int]) -> float:
    """Return the mean squared error of yes/no forecasts: 0 best, 1 worst, 0.25 for always 50 %.

    ``outcomes`` are 1 (it happened) or 0. Brier (1950) summed over both answers, which doubles it.
    """
    pairs = _forecasts(forecasts, outcomes)
    return _tidy(math.fsum((f - o) ** 2 for f, o in pairs) / len(pairs))


def brier_skill(score: float, reference: float = 0.25) -> float:
    """Return 1 - score / reference: 1 is perfect, 0 no better than the reference, below 0 worse."""
    _share(score=score, reference=reference)
    if reference == 0:
        raise ModelError("reference=0: nothing can be better than a perfect reference.")
    return _tidy(1 - score / reference)


def brier_parts(forecasts: Sequence[float], outcomes: Sequence[int]) -> BrierParts:
    """Return the score with Murphy's (1973) parts, over groups of equal forecasts.

    Reliability: how far forecasts stand from what came (0 best). Resolution: how far the groups
    stand from the base rate (more is better). Uncertainty: base rate times its complement.
    """
    pairs = _forecasts(forecasts, outcomes)
    base = sum(o for _, o in pairs) / len(pairs)
    groups: dict[float, list[int]] = {}
    for forecast, outcome in pairs:
        groups.setdefault(forecast, []).append(outcome)
    reliability = resolution = 0.0
    for forecast, came in groups.items():
        share = sum(came) / len(came)
        reliability += len(came) * (forecast - share) ** 2 / len(pairs)
        resolution += len(came) * (share - base) ** 2 / len(pairs)
    return BrierParts(
        brier_score(forecasts, outcomes), _tidy(reliability), _tidy(resolution),
        _tidy(base * (1 - base)), _tidy(base),
    )  # fmt: skip


def confidence_points(confidence: float, right: bool) -> float:
    """Return the points for an answer: 1 - (1 - c)^2 if right, 1 - c^2 if wrong.

    A proper rule: on average one scores most by stating the confidence one has (after Brier 1950).
    """
    _share(confidence=confidence)
    return _tidy(1 - (1 - confidence if right else confidence) ** 2)


# ---- checks --------------------------------------------------------------------------------------


def _tidy(value: float) -> float:
    return round(value, DECIMALS) + 0.0  # the sum turns -0.0 into 0.0


def _share(**values: float) -> None:
    for name, value in values.items():
        if not 0 <= value <= 1:
            raise ModelError(f"{name}={value}: give a number from 0 to 1.")


def _cost(**values: float) -> None:
    for name, value in values.items():
        if not 0 <= value < math.inf:
            raise ModelError(f"{name}={value}: give a number that is 0 or more.")


def _payoffs(values: Sequence[float]) -> Payoffs:
    if len(values) != 4 or not all(math.isfinite(value) for value in values):
        raise ModelError(f"{tuple(values)}: give four payoffs in the order cc, cd, dc, dd.")
    return Payoffs(*values)


def _listed(own: Payoffs) -> str:
    return ", ".join(f"{name}={value:g}" for name, value in own._asdict().items())


def _forecasts(forecasts: Sequence[float], outcomes: Sequence[int]) -> list[tuple[float, int]]:
    if not len(forecasts) or len(forecasts) != len(outcomes):
        raise ModelError(
            f"{len(forecasts)} forecasts, {len(outcomes)} outcomes: give one outcome for each "
            "forecast, and at least one of both."
        )
    for number, (forecast, outcome) in enumerate(zip(forecasts, outcomes, strict=True), start=1):
        if not 0 <= forecast <= 1:
            raise ModelError(f"forecast {number} is {forecast}: give a number from 0 to 1.")
        if outcome not in (0, 1):
            raise ModelError(f"outcome {number} is {outcome}: give 1 (it happened) or 0.")
    return list(zip(forecasts, outcomes, strict=True))
