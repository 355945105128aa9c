"""Numbers that a chapter works out itself, and how; all others stand in its tables."""

from collections.abc import Callable

from bookkit.data import table

COMPUTED: dict[str, dict[str, Callable[[], float]]] = {
    "02-eight-weeks-at-the-border": {
        "21,000": lambda: claim("taran-110000") - claim("budanov-89000"),
        "19,600": lambda: 700 * claim("khomchak-28"),
        "25,200": lambda: 900 * claim("khomchak-28"),
    },
}


def claim(name: str) -> float:
    """The figure of one claim in the table of estimates."""
    estimates = table("troop-estimates").set_index("id")
    return float(estimates.loc[name, "low"])
