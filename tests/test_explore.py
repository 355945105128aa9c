"""Every setting of a chart is drawn ahead, stored small, and refused with its name if it fails."""

import functools
import gzip
import json
import re
import subprocess
import sys
from datetime import date
from typing import Any

import matplotlib.pyplot as plt
import pandas as pd
import pytest
from lxml import html as lxml_html

from bookkit import explore as module
from bookkit import figure
from bookkit.explore import Explorer, View, explore, make_controls, pack, unpack
from bookkit.figure import C1, C2

ALT = "Line chart of invented values, drawn only to try the controls; nothing in it is a record."


def draw(voice: str = "All", p: float = 0.5, forecasts: bool = True) -> View:
    """Draw a line that depends on every control."""
    fig, ax = plt.subplots()
    ax.set_xlim(0, 2)
    ax.set_ylim(0, 2)
    ax.plot([0, 1, 2], [p, 1 + forecasts / 2, p], color=C1 if voice == "All" else C2)
    table = pd.DataFrame({"voice": [voice], "p": [p]})
    return View(fig, f"{voice} at {p} <with & without>.", table)


CONTROLS: dict[str, Any] = {
    "voice": ["All", "Kyiv"], "p": (0.1, 0.7, 0.2), "forecasts": True,
}  # fmt: skip


@functools.cache
def plain_waves() -> Explorer:
    """Return what `waves()` returns, drawn once for all tests."""
    return waves()


def waves(**changes: Any) -> Explorer:
    given = {"name": "waves", "title": "How does it change?", "alt": ALT, **CONTROLS, **changes}
    return explore(given.pop("draw", draw), **given)


def many(name: str = "many") -> Explorer:
    """A select, for lists longer than five, and a slider over dates."""

    def days(actor: str, day: date) -> View:
        fig, ax = plt.subplots(figsize=(6.4, 2))
        ax.set_xlim(0, 40)
        ax.plot([0, (day - date(2021, 3, 30)).days], [0, 1], color=C1)
        return View(fig, f"{actor} on {day.day} {day:%B}.", pd.DataFrame({"actor": [actor]}))

    return explore(
        days, name=name, title="Who acted when?", alt=ALT, actor=list("ABCDEF"),
        day=(date(2021, 3, 30), date(2021, 4, 3), 2), labels={"actor": "Who acted"},
    )  # fmt: skip


def without_sources(patch: pytest.MonkeyPatch) -> None:
    """Spare invented tables a source; that every chart has one is tested with the figures."""
    patch.setattr(figure, "source_html", lambda *given: '<p class="bk-sources">Invented.</p>')


@pytest.fixture(autouse=True)
def _no_sources(monkeypatch: pytest.MonkeyPatch) -> None:
    without_sources(monkeypatch)


def payload(page: str) -> dict[str, Any]:
    """Return what the page's script is told."""
    found = re.search(r'class="bk-data">(.*?)</script>', page, re.S)
    assert found
    return dict(json.loads(found[1]))


def inline_svg(page: str) -> str:
    """Return the drawing that stands in the page itself."""
    found = re.search(r"<svg.*?</svg>", page, re.S)
    assert found
    return found[0]


# Frames


def test_every_setting_has_its_frame_and_the_last_control_counts_fastest() -> None:
    data = payload(plain_waves().static)
    assert len(data["svg"]) == len(data["text"]) == 2 * 4 * 2
    assert data["text"][0] == "All at 0.1 <with & without>."
    assert data["text"][2] == "All at 0.3 <with & without>."
    assert data["text"][-1] == "Kyiv at 0.7 <with & without>."


def test_each_frame_is_the_drawing_of_its_setting_byte_for_byte() -> None:
    widget = plain_waves()
    data = payload(widget.static)
    for place, at in ((0, [0, 0, 0]), (11, [1, 1, 1]), (15, [1, 3, 1])):
        frame = widget.artist.frame(at)
        assert unpack(data["lines"], data["svg"][place]) == frame.svg
        assert unpack(data["lines"], data["table"][place]) == frame.table
    drawings = {unpack(data["lines"], runs) for runs in data["svg"]}
    assert len(drawings) == 16


@pytest.mark.parametrize(
    "texts", [["a\nb\nc", "a\nx\nc"], ["", "\n", "\n\n"], ["a\na\na", "a"], ["b\na", "a\nb"]]
)
def test_packing_loses_nothing(texts: list[str]) -> None:
    lines, packed = pack(texts)
    assert [unpack(lines, runs) for runs in packed] == texts
    assert len(lines) == len(set(lines))


def test_what_frames_share_is_stored_once() -> None:
    page = plain_waves().static
    stored = sum(len(line) for line in payload(page)["lines"])
    assert stored < 3 * len(inline_svg(page)), "16 drawings and tables take less room than three"


def test_the_opening_frame_stands_in_the_page() -> None:
    page = waves(start={"voice": "Kyiv", "p": 0.7}).static
    data = payload(page)
    assert inline_svg(page) == unpack(data["lines"], data["svg"][1 * 8 + 3 * 2 + 1])
    assert "Kyiv at 0.7" in page.split("<script")[0]


def test_the_drawing_says_alt_and_sentence_to_screen_readers() -> None:
    root = lxml_html.fromstring(plain_waves().static)
    said = root.xpath(".//svg/desc")[0].text
    assert said == f"{ALT} All at 0.1 <with & without>."
    assert root.xpath('.//*[@role="status"]')[0].text == "All at 0.1 <with & without>."


def test_without_scripts_the_opening_chart_its_setting_and_its_values_are_there() -> None:
    root = lxml_html.fromstring(plain_waves().static)
    assert root.xpath('string(.//p[@class="bk-setting"])') == (
        "Shown here: Voice: All; P: 0.1; Forecasts: yes."
    )
    assert root.xpath("string(.//details//tbody/tr)") == "All0.1"
    for control in root.xpath(".//input | .//select"):
        assert control.xpath("ancestor::*[@hidden]"), "a control that no script serves is in view"


def test_tables_are_left_out_when_only_they_are_too_large(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def wordy(p: int) -> View:
        words = [f"{(i + 7919 * p) ** 5 % 1000003}" for i in range(1200)]
        return View(draw().fig, "Wordy.", pd.DataFrame({"word": words}))

    def page(tables: int) -> str:
        monkeypatch.setattr(module, "MOST_BYTES", tables)
        return explore(wordy, name="wordy", title="Words?", alt=ALT, p=(1, 3, 1)).static

    assert len(payload(page(60_000))["table"]) == 3
    assert payload(page(14_000))["table"] == []
    assert page(14_000).split("<script")[0].count("<tr>") == 1201
    assert len(gzip.compress(page(14_000).encode())) <= 14_000


def test_the_page_carries_no_inline_style_or_handler() -> None:
    assert not re.search(r"\s(style|on[a-z]+)=\"", plain_waves().static)


def test_the_bytes_are_the_same_in_another_process() -> None:
    program = (
        "import sys; sys.path.insert(0, 'tests'); import matplotlib; matplotlib.use('agg');"
        "import pytest, test_explore as t; t.without_sources(pytest.MonkeyPatch());"
        "sys.stdout.write(t.waves().static + t.many().static)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True,
        cwd=figure.data.ROOT, env={"PYTHONHASHSEED": "7", "PATH": ""},
    )  # fmt: skip
    assert done.stdout == plain_waves().static + many().static


# Controls


def test_slider_values_are_exact() -> None:
    (control,) = make_controls({"p": (0.1, 0.9, 0.05)}, {}, {})
    assert control.values == tuple(round(0.1 + 0.05 * i, 2) for i in range(17))
    assert control.words[4] == "0.3"
    (control,) = make_controls({"n": (2, 8, 3)}, {}, {})
    assert control.values == (2, 5, 8)
    assert all(isinstance(value, int) for value in control.values)


def test_dates_make_a_slider_of_days() -> None:
    control = make_controls({"day": (date(2021, 3, 30), date(2021, 4, 3), 2)}, {}, {})[0]
    assert control.words == ["30 March 2021", "1 April 2021", "3 April 2021"]


def test_kinds_of_control_follow_from_what_the_author_writes() -> None:
    made = make_controls(
        {"a": [1, 2], "b": list("uvwxyz"), "c": False, "d_e": (0, 4, 2)},
        {"a": 2, "b": "w", "d_e": 4},
        {"b": "Which letter"},
    )
    assert [(control.kind, control.start, control.label) for control in made] == [
        ("radio", 1, "A"), ("select", 2, "Which letter"), ("checkbox", 0, "C"), ("range", 2, "D e"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"p": (0, 1, 0.3)}, r"p=\(0, 1, 0.3\) never reaches 1; choose a step that divides"),
        ({"p": (0, 1, 0)}, r"p=\(0, 1, 0\) has no steps"),
        ({"p": (1, 0, 0.1)}, "has no steps; write"),
        ({"p": (0, date(2021, 4, 1), 1)}, "mixes a date and a number"),
        ({"p": 0.5}, "p=0.5 makes no control; write"),
        ({"voice": ["All"]}, "makes no control; write .* two or more"),
        ({"voice": ["All", "All"]}, "voice has two options that read the same"),
        ({"start": {"p": 0.25}}, r"start\['p'\] = 0.25 is not one of the values of p"),
        ({"start": {"q": 1}}, "start names 'q', which is no control"),
        ({"labels": {"q": "Q"}}, "labels names 'q', which is no control"),
        ({"p": (0, 1, 0.01)}, "404 settings; at most 400 .* Thin p .101 values.: a larger step"),
        ({"alt": "Short."}, "alt has 6 characters"),
        ({"name": "Not A Slug"}, "is not a slug"),
    ],
)
def test_bad_input_is_refused_with_the_mend(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message) as caught:
        waves(**changes)
    assert str(caught.value).startswith("explore '")
    assert plt.get_fignums() == []


def test_no_control_is_refused() -> None:
    with pytest.raises(ValueError, match="explore 'x': no control; pass at least one"):
        explore(draw, name="x", title="?", alt=ALT)


# A draw function that fails


def failing(voice: str, p: float, forecasts: bool) -> View:
    view = draw(voice, p, forecasts)
    if p == 0.7:
        plt.figure()
        raise ZeroDivisionError("division by zero")
    return view


def test_a_setting_that_fails_is_named_and_leaves_no_figure_open() -> None:
    mine = plt.figure()
    with pytest.raises(ValueError) as caught:
        waves(draw=failing)
    assert str(caught.value) == (
        "explore 'waves': draw(voice='All', p=0.7, forecasts=False) raised ZeroDivisionError: "
        "division by zero. Mend draw or narrow voice or p or forecasts."
    )
    assert plt.get_fignums() == [mine.number], "only what draw opened is closed"
    plt.close(mine)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (
            lambda **setting: None,
            "raised TypeError: it returned NoneType; return a Figure or a View",
        ),
        (lambda p: draw(), "raised TypeError: .*unexpected keyword argument"),
        (lambda **setting: draw(**setting).fig, "no table: return View.fig, text, table. or pass"),
    ],
)
def test_what_is_no_drawing_is_refused(wrong: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        waves(draw=wrong)
    assert plt.get_fignums() == []


def test_a_colour_outside_the_palette_names_the_setting() -> None:
    def pink(p: float) -> View:
        fig, ax = plt.subplots()
        ax.plot([0, 1], [0, p], color=C1 if p < 0.5 else "#ff00ff")
        return View(fig, "Pink.", pd.DataFrame({"p": [p]}))

    with pytest.raises(ValueError, match=r"draw\(p=0.5\) raised ValueError: .*#ff00ff"):
        explore(pink, name="pink", title="Pink?", alt=ALT, p=(0.1, 0.9, 0.2))


def test_frames_that_are_too_large_together_name_the_control_to_thin(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert module.MOST_BYTES == 60_000
    monkeypatch.setattr(module, "MOST_BYTES", 2_000)
    with pytest.raises(ValueError, match=r"16 frames come to \d kB .* 2 kB. Thin p .4 values.: a"):
        waves()


# Live


def test_moving_a_control_calls_draw_in_the_kernel() -> None:
    calls: list[dict[str, Any]] = []

    def noted(**setting: Any) -> View:
        calls.append(setting)
        return draw(**setting)

    widget = waves(draw=noted)
    assert widget.settings == {"voice": "All", "p": 0.1, "forecasts": True}
    calls.clear()
    widget.set_state({"positions": [1, 1, 0]})
    assert calls == [{"voice": "Kyiv", "p": 0.3, "forecasts": False}]
    assert widget.settings == calls[0]
    assert widget.frame["text"] == "Kyiv at 0.3 <with & without>."
    assert widget.frame["svg"] == widget.artist.frame([1, 1, 0]).svg
    assert plt.get_fignums() == []


def test_a_fault_in_a_live_draw_is_said_in_the_notebook() -> None:
    broken = {"now": False}

    def breaking(**setting: Any) -> View:
        if broken["now"]:
            raise KeyError("low")
        return draw(**setting)

    widget = waves(draw=breaking)
    broken["now"] = True
    widget.set_state({"positions": [0, 1, 1]})
    assert widget.frame["svg"] == ""
    assert "draw(voice='All', p=0.3, forecasts=True) raised KeyError: 'low'" in widget.frame["text"]


def test_live_and_static_form_come_in_one_bundle_and_frames_only_in_the_static() -> None:
    widget = plain_waves()
    bundle, _ = widget._repr_mimebundle_()
    assert bundle["text/html"] == widget.static
    assert bundle["text/plain"] == ALT
    assert "application/vnd.jupyter.widget-view+json" in bundle
    assert "lines" in payload(widget.static) and "lines" not in payload(widget.html)
