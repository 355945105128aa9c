"""The hindsight experiment: compare the chances of two groups, and say what the class can show.

One group of a class has read how the story went on, the other has not. `compare` gives means,
difference and a 95 % interval, `detected_share` how many classes of a size would notice an effect.
`compare_groups` is the tool on the page; ``web/hindsight.js`` works out the same numbers.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean, variance
from typing import Any

import anywidget
import numpy as np
import traitlets

WEB = Path(__file__).parent / "web"
FEWEST, MOST = 3, 500  # answers in a group
NORMAL = -1.959963984540054  # the 2.5 % quantile of the normal distribution
EXAMPLE = ((25, 60, 40, 35, 55, 30, 70, 45), (65, 40, 35, 50, 20, 85, 30, 55))  # invented


class HindsightError(ValueError):
    """Answers that cannot be compared; the message says which and how to mend it."""


@dataclass(frozen=True)
class Comparison:
    """Two groups of chances in per cent; differences are with less without, in points."""

    without: tuple[float, ...]
    told: tuple[float, ...]
    mean_without: float
    mean_told: float
    difference: float
    low: float
    high: float

    @property
    def shows_an_effect(self) -> bool:
        """Whether the 95 % interval leaves out zero."""
        return self.low > 0 or self.high < 0


def compare(without: Sequence[float], told: Sequence[float]) -> Comparison:
    """Compare chances in per cent (0 to 100), each answer from another person.

    The 95 % interval of the difference is Welch's (1947): it lets the two groups differ in size
    and spread. Raises HindsightError for fewer than 3 answers in a group or a value out of range.
    """
    groups = [_checked(name, values) for name, values in (("without", without), ("told", told))]
    means = [fmean(values) for values in groups]
    errors = [variance(values) / len(values) for values in groups]
    difference = means[1] - means[0]
    half = 0.0
    if sum(errors) > 0:
        freedom = sum(errors) ** 2 / sum(
            error**2 / (len(values) - 1) for error, values in zip(errors, groups, strict=True)
        )
        half = t_quantile(freedom) * math.sqrt(sum(errors))
    return Comparison(
        groups[0], groups[1], means[0], means[1], difference, difference - half, difference + half
    )


def _checked(name: str, values: Sequence[float]) -> tuple[float, ...]:
    if not FEWEST <= len(values) <= MOST:
        raise HindsightError(
            f"{name}: {len(values)} answers. Give {FEWEST} to {MOST}, one for each person."
        )
    for number, value in enumerate(values, start=1):
        if not 0 <= value <= 100:
            raise HindsightError(
                f"{name}, answer {number} is {value}: give a chance from 0 to 100 per cent."
            )
    return tuple(float(value) for value in values)


def t_quantile(freedom: float) -> float:
    """Return Student's t that 2.5 % of draws exceed, for 2 or more degrees of freedom.

    Hill (1970), algorithm 396, for this one probability; good to three decimals.
    """
    if freedom < 2:
        raise HindsightError(f"freedom={freedom}: give 2 degrees of freedom or more.")
    if freedom == 2:
        return math.sqrt(2 / (0.05 * 1.95) - 2)
    a = 1 / (freedom - 0.5)
    b = 48 / a**2
    c = ((20700 * a / b - 98) * a - 16) * a + 96.36
    d = ((94.5 / (b + c) - 3) / b + 1) * math.sqrt(a * math.pi / 2) * freedom
    y = (d * 0.05) ** (2 / freedom)
    if y > 0.05 + a:
        x = NORMAL
        y = x**2
        if freedom < 5:
            c += 0.3 * (freedom - 4.5) * (x + 0.6)
        c += (((0.05 * d * x - 5) * x - 7) * x - 2) * x + b
        y = (((((0.4 * y + 6.3) * y + 36) * y + 94.5) / c - y - 3) / b + 1) * x
        y = math.expm1(a * y**2)
    else:
        tail = 1 / (((freedom + 6) / (freedom * y) - 0.089 * d - 0.822) * (freedom + 2) * 3)
        y = ((tail + 0.5 / (freedom + 4)) * y - 1) * (freedom + 1) / (freedom + 2) + 1 / y
    return math.sqrt(freedom * y)


def detected_share(
    size: int, effect: float, spread: float, classes: int = 4000, seed: int = 2021
) -> float:
    """Return the share of classes whose 95 % interval would leave out zero.

    size: people in the class, half of them in each group. effect and spread: true difference and
    standard deviation of the answers, in points. The answers are drawn from a normal distribution
    with a fixed seed, and are not cut off at 0 and 100. Raises HindsightError for a class of fewer
    than 6, and for a spread that is not above 0.
    """
    half = size // 2
    if half < FEWEST or spread <= 0:
        raise HindsightError(f"size={size}, spread={spread}: give 6 people and a spread above 0.")
    draw = np.random.default_rng(seed)
    without = draw.normal(0, spread, (classes, half))
    told = draw.normal(effect, spread, (classes, half))
    errors = [group.var(axis=1, ddof=1) / half for group in (without, told)]
    error = errors[0] + errors[1]
    freedom = error**2 * (half - 1) / (errors[0] ** 2 + errors[1] ** 2)
    reach = np.vectorize(t_quantile)(np.maximum(freedom, 2)) * np.sqrt(error)
    difference = told.mean(axis=1) - without.mean(axis=1)
    return float((np.abs(difference) > reach).mean())


# ---- in words and as a chart ---------------------------------------------------------------------


def words(result: Comparison) -> tuple[str, str]:
    """The result in numbers, and what it allows one to say."""
    low, high = (_points(value) for value in (result.low, result.high))
    numbers = (
        f"Without the outcome: {len(result.without)} answers, mean {result.mean_without:.1f} %. "
        f"With it: {len(result.told)} answers, mean {result.mean_told:.1f} %. "
        f"Difference: {_points(result.difference)} points, 95 % interval {low} to {high}."
    )
    if not result.shows_an_effect:
        return numbers, (
            "The interval holds zero. This class cannot tell an effect from chance, and that is "
            "no proof that there is none."
        )
    direction = "higher" if result.difference > 0 else "lower"
    return numbers, (
        "The interval leaves out zero: chance alone would seldom give so large a difference. In "
        f"this class those who knew the outcome gave {direction} chances."
    )


def _points(value: float) -> str:
    return f"{value:.1f}".replace("-0.0", "0.0").replace("-", "−")


LANES = {"without": 34, "told": 92}  # y of the lowest dot of each group
LINE = 'fill="none" stroke="currentColor"'  # where the style sheet is missing, as on paper
FORMS = ("hindsight-form-k", "hindsight-form-m")  # ids in the built page of the lab


def strip_chart(result: Comparison) -> str:
    """One dot an answer, from 0 to 100 per cent, and a bar at each mean; equal answers pile up."""
    marks = "".join(
        f'<g class="bk-{name}">'
        f'<text x="10" y="{LANES[name] - 22}">{label}</text>'
        + "".join(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill-opacity="0.7"></circle>'
            for x, y in _dots(values, LANES[name])
        )
        + f'<path d="M{_x(mean):.1f} {LANES[name] - 16}v28" {LINE}></path></g>'
        for name, label, values, mean in (
            ("without", "Form K, without the outcome", result.without, result.mean_without),
            ("told", "Form M, with the outcome", result.told, result.mean_told),
        )
    )
    axis = "".join(
        f'<path d="M{_x(tick):.1f} 108v5" {LINE}></path><text x="{_x(tick):.1f}" y="128" '
        f'text-anchor="middle">{tick}</text>'
        for tick in (0, 25, 50, 75, 100)
    )
    return (
        '<svg viewBox="0 0 240 134" role="img" aria-label="Strip chart: one dot an answer, in per '
        'cent; a bar at each mean."><g class="bk-axis">'
        f'<path d="M10 108H230" {LINE}></path>{axis}</g>{marks}</svg>'
    )


def _x(percent: float) -> float:
    return 10 + 2.2 * percent


def _dots(values: Sequence[float], lowest: float) -> Iterator[tuple[float, float]]:
    seen: dict[float, int] = {}
    for value in sorted(values):
        pile = seen.get(value, 0)
        seen[value] = pile + 1
        yield _x(value), lowest - 4 * pile


def render() -> str:
    """The tool as HTML; without scripts it shows the invented example."""
    result = compare(*EXAMPLE)
    fields = "".join(
        f'<p><label for="hindsight-{name}">{label}</label>'
        f'<textarea id="hindsight-{name}" rows="2" spellcheck="false" inputmode="decimal">'
        f"{' '.join(map(str, values))}</textarea></p>"
        for name, label, values in (
            ("without", "Form K, without the outcome: the chances in per cent", EXAMPLE[0]),
            ("told", "Form M, with the outcome: the chances in per cent", EXAMPLE[1]),
        )
    )
    said = "".join(f"<p>{line}</p>" for line in words(result))
    return (
        '<section class="bk-hindsight" id="hindsight-groups" '
        'aria-labelledby="hindsight-groups-title">'
        '<p class="bk-title" id="hindsight-groups-title">Compare the two groups</p>'
        '<form method="dialog" novalidate autocomplete="off" class="bk-js" hidden>'
        f'{fields}<p><button class="bk-commit">Compare</button></p></form>'
        '<p class="bk-note"><strong>Invented example:</strong> sixteen made-up answers.</p>'
        f'<div class="bk-said" role="status">{said}</div>'
        f'<div class="bk-strip">{strip_chart(result)}</div></section>'
    )


def printed_forms(page: Path) -> dict[str, str]:
    """The two forms of the built lab page by id, as HTML that looks alike: without their titles.

    The second stands folded on the page and would otherwise print as an answer. Raises
    HindsightError if the page lacks one, as that of the student edition does.
    """
    from lxml import html

    tree = html.parse(str(page)).getroot()
    found = {}
    for name in FORMS:
        parts = tree.xpath(f"//*[@id='{name}']")
        if not parts:
            raise HindsightError(f"{page.name} has no form {name}. Print the teacher's edition.")
        for title in parts[0].xpath("./summary | ./p[contains(@class, 'admonition-title')]"):
            title.getparent().remove(title)
        for marker in parts[0].xpath(".//*[contains(@class, 'sd-summary-title')]"):
            marker.getparent().remove(marker)
        blocks = parts[0].xpath(".//p[not(ancestor::li)] | .//ol")
        found[name] = "".join(
            str(html.tostring(block, encoding="unicode", with_tail=False)) for block in blocks
        )
    return found


# ---- the live widget -----------------------------------------------------------------------------


class HindsightGroups(anywidget.AnyWidget):
    """The tool in a live notebook; ``without`` and ``told`` hold what was compared last."""

    _esm = (WEB / "hindsight.js").read_text(encoding="utf-8") + (
        "\nexport default { render({ model, el }) {\n"
        '  el.innerHTML = model.get("html");\n'
        "  bookkitHindsight.mount(el.firstElementChild, { model });\n} };\n"
    )
    _css = "\n".join(
        (WEB / name).read_text(encoding="utf-8") for name in ("tokens.css", "hindsight.css")
    )
    html = traitlets.Unicode().tag(sync=True)
    without = traitlets.List(list(EXAMPLE[0])).tag(sync=True)
    told = traitlets.List(list(EXAMPLE[1])).tag(sync=True)

    def __init__(self) -> None:
        super().__init__(html=render())

    @property
    def result(self) -> Comparison:
        """What was compared last, as Python works it out."""
        return compare(self.without, self.told)

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        live, metadata = super()._repr_mimebundle_(**kwargs) or ({}, {})
        about = "Compare the chances given by two groups; it starts with an invented example."
        return {**live, "text/html": self.html, "text/plain": about}, metadata


def compare_groups() -> HindsightGroups:
    """Take the answers of both groups and compare them; last in its cell."""
    return HindsightGroups()
