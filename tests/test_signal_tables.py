"""The invented cases of the chapter on threats follow from the book's own models."""

from typing import Any

import pytest

from bookkit.data import table
from bookkit.models import attack_value, deterrence_threshold, posterior

DETERRENCE: list[Any] = list(table("deterrence-cases").itertuples())
BELIEFS: list[Any] = list(table("belief-cases").itertuples())


@pytest.mark.parametrize("case", DETERRENCE, ids=lambda case: case.id)
def test_every_threshold_follows_from_the_deterrence_model(case: Any) -> None:
    settings = (case.success, case.cost, case.success_helped, case.cost_helped)
    assert attack_value(0, *settings) == case.worth_alone
    assert attack_value(1, *settings) == case.worth_helped
    assert round(deterrence_threshold(*settings), 4) == case.threshold


def test_the_worked_example_has_the_four_known_thresholds() -> None:
    known = table("deterrence-cases").set_index("id").threshold
    assert known[["start", "arms", "sanctions", "both"]].tolist() == [0.5, 0.375, 0.375, 0.1667]


@pytest.mark.parametrize("case", BELIEFS, ids=lambda case: case.id)
def test_every_belief_follows_from_counting_senders(case: Any) -> None:
    assert case.resolute + case.bluffers == 100
    assert case.resolute_send + case.bluffers_send == case.all_send
    shares = (case.resolute_send / case.resolute, case.bluffers_send / case.bluffers)
    after = posterior(case.belief_before / 100, *shares)
    assert round(100 * after, 1) == case.belief_after


def test_a_signal_that_all_use_alike_moves_no_belief() -> None:
    (alike,) = [case for case in BELIEFS if case.id == "alike"]
    assert alike.belief_before == alike.belief_after
