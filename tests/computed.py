"""Numbers that a chapter works out itself, and how; all others stand in its tables."""

from collections.abc import Callable

from bookkit.data import all_sources, table
from bookkit.models import BrierParts, brier_parts, trust_threshold

COMPUTED: dict[str, dict[str, Callable[[], float]]] = {
    "01-how-we-got-here": {
        "7,025": lambda: float(table("human-cost").query("id.str.startswith('ucdp')").low.sum()),
    },
    "02-eight-weeks-at-the-border": {
        "21,000": lambda: claim("taran-110000") - claim("budanov-89000"),
        "19,600": lambda: 700 * claim("khomchak-28"),
        "25,200": lambda: 900 * claim("khomchak-28"),
    },
    "03-key-actors": {
        "89,000": lambda: claim("budanov-89000"),
        "80,000": lambda: claim("wsj-80000"),
    },
    "06-security-dilemma": {
        "62": lambda: round(spent("russia-2013") - spent("ukraine-2013")),
        "61": lambda: round(spent("russia-2020") - spent("ukraine-2020")),
        "16": lambda: round(spent("nato-2020") / spent("russia-2020")),
        "2006": lambda: published("powell2006"),
        "0.50": lambda: trust_threshold(4, 1, 3, 2),
        "82": lambda: round(100 * trust_threshold(4, -2, 3, 2.5)),
    },
    "04-reading-threats": {
        "1961": lambda: published("snyder1961"),
        "1966": lambda: published("schelling1966"),
        "1976": lambda: published("jervis1976"),
        "1994": lambda: published("fearon1994"),
        "1997": lambda: published("fearon1997"),
        "2005": lambda: published("slantchev2005"),
        "23": lambda: seed_claim("claim-23"),
    },
    "05-western-support": {
        "1984": lambda: published("snyder1984"),
        "1988": lambda: published("huth1988"),
        "1997": lambda: published("fearon1997"),
        "214.8": lambda: us_aid("usai-2019") - us_aid("usai-2019-late"),
        "86": lambda: round(100 * (1 - us_aid("usai-2019-late") / us_aid("usai-2019"))),
    },
    "07-bargaining-lab": {
        "1995": lambda: published("fearon1995"),
        "2006": lambda: published("powell2006"),
    },
    "08-looking-back": {
        "1950": lambda: published("brier1950"),
        "1973": lambda: published("murphy1973"),
        "1975": lambda: published("fischhoff1975"),
        "0.29": lambda: round(squared("worked example"), 2),
        "0.097": lambda: round(squared("worked example") / 3, 3),
        "0.187": lambda: round(thirty_forecasts().score, 3),
        "0.24": lambda: thirty_forecasts().uncertainty,
        "0.06": lambda: thirty_forecasts().resolution,
        "0.01": lambda: round(thirty_forecasts().reliability, 2),
        "0.36": lambda: round(0.4 * 0.9, 2),
        "0.30": lambda: round(0.6 * 0.5, 2),
        "0.66": lambda: round(0.4 * 0.9 + 0.6 * 0.5, 2),
        "28": lambda: float(len(table("seed-claims"))),
        "16": lambda: float((table("seed-claims").verdict == "confirmed").sum()),
    },
}


def claim(name: str) -> float:
    """The figure of one claim in the table of estimates."""
    estimates = table("troop-estimates").set_index("id")
    return float(estimates.loc[name, "low"])


def us_aid(name: str) -> float:
    """Million dollars in one row of the table of US security aid."""
    aid = table("us-security-aid").set_index("id")
    return float(aid.loc[name, "million_dollars"])


def spent(row: str) -> float:
    """Billion dollars of 2019 in one row of the table of military spending."""
    spending = table("military-spending").set_index("id")
    return float(spending.loc[row, "spending"]) / 1000


def published(name: str) -> float:
    """The year in which a work appeared, as data/sources.bib has it."""
    (source,) = [source for source in all_sources() if source.id == name]
    return float(source.date[:4])


def seed_claim(name: str) -> float:
    """The number of a claim of the article that the book starts from."""
    assert name in set(table("seed-claims").id)
    return float(name.removeprefix("claim-"))


def squared(case: str) -> float:
    """The squared distances of a case of invented forecasts, added up."""
    cases = table("forecast-cases")
    return float(cases.loc[cases.case == case, "squared"].sum())


def thirty_forecasts() -> BrierParts:
    """The score of the thirty invented forecasts, with its parts."""
    cases = table("forecast-cases").query("case == 'thirty forecasts'")
    groups = list(zip(cases.forecast, cases.times, cases.happened, strict=True))
    forecasts = [chance for chance, times, _ in groups for _ in range(times)]
    outcomes = [int(n < came) for _, times, came in groups for n in range(times)]
    return brier_parts(forecasts, outcomes)
