"""Promises of the hindsight experiment: the numbers, the words, what a class can show, the page."""

import math
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import lxml.html
import numpy as np
import pytest
from conftest import Visit, visits
from playwright.sync_api import Browser, Page
from test_quiz_browser import NOTEBOOK, STYLE

from bookkit import assets
from bookkit.hindsight import (
    EXAMPLE,
    HindsightError,
    HindsightGroups,
    compare,
    detected_share,
    printed_forms,
    render,
    t_quantile,
    words,
)
from bookkit.sphinx import POLICY

CASES = [
    EXAMPLE,
    ((10, 20, 30), (20, 30, 40)),
    ((5, 5, 5, 5), (95, 90, 85, 99, 97)),
    ((50, 50, 50), (40, 40, 40)),
    ((12.5, 99, 1, 40), (33, 30, 35, 60, 61, 62, 20)),
    (tuple(range(10, 40)), tuple(range(40, 100, 2))),
]


# ---- the numbers ---------------------------------------------------------------------------------


@pytest.mark.parametrize("freedom", [2, 2.1, 2.7, 3, 4.4, 5, 8.3, 14, 30, 58, 400])
def test_the_quantile_leaves_a_fortieth_in_each_tail(freedom: float) -> None:
    """By integrating Student's density over the angle, where it has no tail."""
    end = math.atan(t_quantile(freedom) / math.sqrt(freedom))
    angles = np.linspace(-end, end, 200_001)
    density = (
        math.gamma((freedom + 1) / 2) / (math.gamma(freedom / 2) * math.sqrt(math.pi))
        if (freedom < 300)
        else math.sqrt(freedom / 2 / math.pi)
    )
    inside = np.trapezoid(np.cos(angles) ** (freedom - 1), angles) * density
    assert inside == pytest.approx(0.95, abs=1e-3)


def test_the_interval_is_welchs() -> None:
    """Means 20 and 30, variances 100, three each: 4 degrees of freedom, t = 2.776."""
    result = compare([10, 20, 30], [20, 30, 40])
    assert result.difference == 10
    assert result.high - result.difference == pytest.approx(2.776 * math.sqrt(200 / 3), abs=0.01)
    assert not result.shows_an_effect


def test_groups_of_unlike_size_and_spread_are_compared() -> None:
    result = compare([5, 5, 5, 5], [95, 90, 85, 99, 97])
    assert result.shows_an_effect and result.low > 70
    still = compare([50, 50, 50], [40, 40, 40])
    assert (still.low, still.high) == (-10, -10)


@pytest.mark.parametrize(
    ("without", "told", "problem"),
    [
        ([1, 2], [1, 2, 3], "without: 2 answers. Give 3 to 500"),
        ([1, 2, 3], [1, 101, 3], "told, answer 2 is 101: give a chance from 0 to 100"),
        ([1, -2, 3], [1, 2, 3], "without, answer 2 is -2"),
        ([1, float("nan"), 3], [1, 2, 3], "without, answer 2 is nan"),
    ],
)
def test_answers_that_cannot_be_compared_are_named(
    without: list[float], told: list[float], problem: str
) -> None:
    with pytest.raises(HindsightError, match=re.escape(problem)):
        compare(without, told)


def test_the_words_say_what_the_interval_allows_and_no_more() -> None:
    assert "cannot tell an effect from chance" in words(compare(*EXAMPLE))[1]
    higher = words(compare([5, 10, 15, 10], [80, 85, 90, 85]))[1]
    lower = words(compare([80, 85, 90, 85], [5, 10, 15, 10]))[1]
    assert "gave higher chances" in higher and "gave lower chances" in lower


# ---- what a class can show -----------------------------------------------------------------------


def test_small_classes_seldom_notice_an_effect_and_large_ones_often() -> None:
    shares = [detected_share(size, 10, 20) for size in (16, 60, 200)]
    assert shares == sorted(shares) and shares[0] < 0.2 and shares[2] > 0.9
    assert detected_share(16, 10, 20) == shares[0], "a fixed seed"


def test_without_an_effect_one_class_in_twenty_is_misled() -> None:
    for size in (16, 60):
        assert detected_share(size, 0, 20) == pytest.approx(0.05, abs=0.012)


def test_a_simulation_of_nobody_is_refused() -> None:
    for size, spread in ((5, 20), (16, 0)):
        with pytest.raises(HindsightError, match="give 6 people and a spread above 0"):
            detected_share(size, 10, spread)


# ---- the page ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One page with the tool."""
    out = tmp_path_factory.mktemp("hindsight")
    (out / "page.html").write_text(
        '<!DOCTYPE html><html lang="en" data-theme="light"><head><meta charset="utf-8">'
        f'<title>A lab</title><meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<link rel="stylesheet" href="page.css"><script src="hindsight.js" defer></script></head>'
        f"<body><main><h1>A lab</h1>{render()}</main></body></html>",
        encoding="utf-8",
    )
    (out / "hindsight.js").write_text(assets.component("hindsight"), encoding="utf-8")
    styles = [(assets.WEB / name).read_text("utf-8") for name in ("tokens.css", "hindsight.css")]
    (out / "page.css").write_text("\n".join([*styles, STYLE]), encoding="utf-8")
    return out


@pytest.fixture
def visit(browser: Browser, folder: Path) -> Iterator[Callable[..., Visit]]:
    with visits(browser, folder.as_uri()) as open_page:
        yield open_page


def said(page: Page) -> list[str]:
    return [text.replace("\xa0", " ") for text in page.locator(".bk-said p").all_inner_texts()]


def submit(page: Page, without: str, told: str) -> list[str]:
    page.get_by_label("Form K").fill(without)
    page.get_by_label("Form M").fill(told)
    page.get_by_role("button", name="Compare").click()
    return said(page)


def dots(page: Page) -> list[tuple[str | None, str | None]]:
    circles = page.locator("circle")
    return [
        (one.get_attribute("cx"), one.get_attribute("cy"))
        for one in (circles.nth(n) for n in range(circles.count()))
    ]


def test_page_and_python_agree(visit: Callable[..., Visit]) -> None:
    page = visit("page.html").page
    for without, told in CASES:
        result = compare(without, told)
        here = page.evaluate("([k, m]) => bookkitHindsight.compare(k, m)", [without, told])
        for name in ("difference", "low", "high"):
            assert here[name] == pytest.approx(getattr(result, name), abs=1e-9)
        assert submit(page, " ".join(map(str, without)), "; ".join(map(str, told))) == list(
            words(result)
        )


def test_the_first_words_and_dots_are_those_the_script_would_give(
    visit: Callable[..., Visit],
) -> None:
    page = visit("page.html").page
    before = said(page), dots(page)
    page.get_by_role("button", name="Compare").click()
    assert (said(page), dots(page)) == before
    assert len(before[1]) == sum(map(len, EXAMPLE))


@pytest.mark.parametrize(
    ("told", "problem"),
    [
        ("50 60", "There are 2 answers. Write 3 to 500"),
        ("50 60 seventy", "Answer 3, “seventy”, is no chance"),
        ("50 60 101", "Answer 3, “101”, is no chance"),
        ("50 60 12,5", "Answer 3, “12,5”, is no chance"),
        ("50 -60 70", "Answer 2, “-60”, is no chance"),
    ],
)
def test_a_bad_list_is_named_and_the_old_chart_goes(
    told: str, problem: str, visit: Callable[..., Visit]
) -> None:
    page = visit("page.html").page
    assert problem in submit(page, "10 20 30", told)[0]
    assert not page.locator("svg").is_visible()
    assert page.get_by_label("Form M").evaluate("e => e === document.activeElement")
    assert "Difference" in submit(page, "10, 20, 30", "20 %\n30 %\n40 %")[0]
    assert page.locator("svg").is_visible()


def test_the_stored_example_is_marked_as_invented_until_it_is_replaced(
    visit: Callable[..., Visit],
) -> None:
    page = visit("page.html").page
    assert page.get_by_text("Invented example").is_visible()
    submit(page, "10 20 30", "20 30 40")
    assert not page.get_by_text("Invented example").is_visible()


def test_without_scripts_the_example_can_be_read(visit: Callable[..., Visit]) -> None:
    page = visit("page.html", javascript=False).page
    assert page.get_by_text("Invented example").is_visible()
    assert "Difference: 2.5 points" in said(page)[0]
    assert not page.get_by_role("button").is_visible()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_nothing_and_320_pixels_are_wide_enough(
    dark: bool, visit: Callable[..., Visit]
) -> None:
    seen = visit("page.html", width=320, dark=dark)
    theme = "dark" if dark else "light"
    seen.page.evaluate("theme => { document.documentElement.dataset.theme = theme }", theme)
    submit(seen.page, "10 20 30", "20 30 40")
    assert seen.errors == [] and seen.foreign == [] and seen.axe() == []
    assert seen.page.evaluate("document.documentElement.scrollWidth") == 320


def test_the_html_obeys_the_pages_strict_policy() -> None:
    page = lxml.html.fromstring(render())
    assert not page.xpath(".//*[@style] | .//script | .//style")
    for field in page.xpath(".//textarea"):
        assert page.xpath(f".//label[@for='{field.get('id')}']")


# ---- the two forms on paper ----------------------------------------------------------------------

BUILT = """<!DOCTYPE html><html><body>
<div class="admonition note" id="hindsight-form-k"><p class="admonition-title">One evening (K)</p>
<p><strong>Form K.</strong> It is April.</p><ol><li><p>A chance?</p></li></ol></div>
<details class="sd-dropdown" id="hindsight-form-m"><summary class="sd-summary-title">One evening (M)
</summary><div class="sd-summary-content"><p><strong>Form M.</strong> It is April.</p>
<p>What happened next.</p><ol><li><p>A chance?</p></li></ol></div></details></body></html>"""


def test_the_two_forms_print_alike_but_for_what_they_say(tmp_path: Path) -> None:
    page = tmp_path / "forecasting-log.html"
    page.write_text(BUILT, encoding="utf-8")
    plain, told = printed_forms(page).values()
    assert plain == "<p><strong>Form K.</strong> It is April.</p><ol><li><p>A chance?</p></li></ol>"
    assert told.replace("Form M", "Form K").replace("<p>What happened next.</p>", "") == plain


def test_a_page_without_the_second_form_is_refused(tmp_path: Path) -> None:
    page = tmp_path / "forecasting-log.html"
    page.write_text(BUILT.replace("hindsight-form-m", "other"), encoding="utf-8")
    with pytest.raises(HindsightError, match="Print the teacher's edition"):
        printed_forms(page)


# ---- the live widget -----------------------------------------------------------------------------

LIVE = NOTEBOOK.replace("{ html, records }", "{ html }").replace(
    "structuredClone(state.records)", "structuredClone(state)"
)


def test_live_the_answers_reach_python(browser: Browser) -> None:
    widget = HindsightGroups()
    assert widget.result == compare(*EXAMPLE)
    page = browser.new_page()
    page.evaluate(LIVE, [widget._esm, widget.html, None])
    submit(page, "10 20 30", "20 30 40")
    saved = page.evaluate("window.saved")
    page.close()
    widget.without, widget.told = saved["without"], saved["told"]
    assert widget.result.difference == 10
    bundle, _ = widget._repr_mimebundle_()
    assert bundle["text/html"] == widget.html and "text/plain" in bundle
