"""A prediction says exactly where its values lie, and refuses what cannot work."""

import json
import re
import subprocess
import sys
from collections.abc import Callable, Sequence
from datetime import date
from html import unescape
from typing import Any

import matplotlib.pyplot as plt
import pandas as pd
import pytest
from lxml import html as lxml_html

from bookkit import figure
from bookkit.figure import C1, C2
from bookkit.predict import Prediction, Scale, predict, round_step

ALT = "Chart of invented values, drawn only to try a prediction; nothing in it is a record."
EVENTS = {
    "First shots": date(2021, 3, 26),
    "A telephone call": date(2021, 4, 13),
    "An invitation": date(2021, 4, 20),
}


def common(**changes: Any) -> dict[str, Any]:
    """Return what every prediction needs and these tests do not look at."""
    table = pd.DataFrame({"label": ["a", "b"], "value": [1, 2]})
    return {"table": table, "alt": ALT, "explain": "One.\n\nTwo & <three>.", **changes}


def dates(row_names: Sequence[str] = (), **changes: Any) -> Prediction:
    fig, ax = plt.subplots(figsize=(6.4, 2.4))
    ax.set_title("The invitation came last")
    ax.set_xlim(date(2021, 3, 22), date(2021, 5, 1))
    ax.set_ylim(2.6, -0.6)
    ax.set_yticks(range(len(row_names)), row_names)
    ax.plot(list(EVENTS.values()), range(3), "o", color=C1, gid="answer")
    given = {"name": "days", "question": "When was it?", "fig": fig, "answer": EVENTS}
    return predict("dates", **common(**given, **changes))


def line(**changes: Any) -> Prediction:
    fig, ax = plt.subplots()
    ax.set_title("Claims spread")
    days = [date(2021, 3, 31), date(2021, 4, 10), date(2021, 4, 20)]
    ax.set_xlim(date(2021, 3, 26), date(2021, 4, 25))
    ax.set_ylim(0, 160)
    ax.plot(days, [20, 80, 110], color=C1, gid="answer")
    ax.text(days[2], 110, "Kyiv", gid="answer")
    given = {
        "name": "draw", "question": "Draw it.", "fig": fig, "at": days, "unit": "thousand people",
        "answer": {"31 March": 20, "10 April": 80, "20 April": (80, 110)}, "step": 5, "start": 0,
    }  # fmt: skip
    return predict("line", **common(**{**given, **changes}))


def bars(**changes: Any) -> Prediction:
    fig, ax = plt.subplots(figsize=(6.4, 3))
    ax.set_title("People went")
    ax.bar([0, 1], [70, 20], color=[C1, C2], gid="answer")
    ax.set_xticks([0, 1], ["People", "Vehicles"])
    ax.set_ylim(0, 100)
    given = {"name": "shares", "question": "Which share?", "fig": fig, "unit": "per cent"}
    answer = {"People": 70, "Vehicles": 20}
    return predict("bars", **common(**{**given, "answer": answer, **changes}))


def point(**changes: Any) -> Prediction:
    fig, ax = plt.subplots(figsize=(6.4, 1.8))
    ax.set_title("A bad day")
    ax.plot([105], [0], "o", color=C1, gid="answer")
    ax.set_xlim(0, 400)
    given = {"name": "day", "question": "How many?", "fig": fig, "unit": "violations", "step": 5}
    return predict("point", **common(**{**given, "answer": {"That day": 105}, **changes}))


def number(**changes: Any) -> Prediction:
    fig, ax = plt.subplots(figsize=(6.4, 1.8))
    ax.set_title("Groups are not people")
    ax.plot([16800, 22400], [0, 0], color=C1, gid="answer")
    ax.set_xlim(0, 110_000)
    given = {"name": "groups", "question": "How many soldiers?", "fig": fig, "unit": "soldiers"}
    answer = {"Soldiers in 28 groups": (16800, 22400)}
    return predict("number", **common(**{**given, "answer": answer, **changes}))


KINDS: dict[str, Callable[..., Prediction]] = {
    "dates": dates, "line": line, "bars": bars, "point": point, "number": number,
}  # fmt: skip


def without_sources(patch: pytest.MonkeyPatch) -> None:
    """Spare invented tables a source; that every chart has one is tested with the figures."""
    patch.setattr(figure, "source_html", lambda *given: '<p class="bk-sources">Invented.</p>')


@pytest.fixture(autouse=True)
def _no_sources(monkeypatch: pytest.MonkeyPatch) -> None:
    without_sources(monkeypatch)


def payload(widget: Prediction) -> dict[str, Any]:
    """Return what the page's script is told."""
    found = re.search(r'class="bk-data">(.*?)</script>', widget.html, re.S)
    assert found
    return dict(json.loads(found[1]))


def pixel(data: dict[str, Any], value: float) -> float:
    """Return where the script draws a value, by the rule of web/predict-guess.js."""
    (low, high), (start, end) = data["scale"]["from"], data["scale"]["to"]
    return float(start + (value - low) / (high - low) * (end - start))


def drawn_circles(widget: Prediction) -> list[tuple[float, float]]:
    """Return where matplotlib drew the markers of the answer."""
    answer = re.search(r'<g id="[a-z]+-answer" class="bk-answer">.*?</g>\s*</g>', widget.html, re.S)
    assert answer
    uses = re.findall(r'<use [^>]*?x="([\d.]+)" y="([\d.]+)"', answer[0])
    assert uses
    return [(float(x), float(y)) for x, y in uses]


# Where things lie


def test_a_guess_equal_to_the_record_lies_on_the_drawn_record() -> None:
    for widget in (dates(), point()):
        data = payload(widget)
        for handle, (x, y) in zip(data["handles"], drawn_circles(widget), strict=True):
            assert pixel(data, handle["low"]) == pytest.approx(x, abs=0.5)
            assert handle["at"] == pytest.approx(y, abs=0.5)


def test_a_line_of_right_guesses_lies_on_the_drawn_line() -> None:
    widget = line()
    data = payload(widget)
    path = re.search(r'draw-answer" class="bk-answer">\s*<path d="([^"]+)"', widget.html)
    assert path
    steps = [float(part) for part in re.findall(r"-?\d+(?:\.\d+)?", path[1])]
    x = y = 0.0
    values = [20, 80, 110]
    for i, (handle, value) in enumerate(zip(data["handles"], values, strict=True)):
        x, y = x + steps[2 * i], y + steps[2 * i + 1]
        assert handle["at"] == pytest.approx(x, abs=0.5)
        assert pixel(data, value) == pytest.approx(y, abs=0.5)


def test_a_bar_of_a_right_guess_covers_the_drawn_bar() -> None:
    widget = bars()
    data = payload(widget)
    paths = re.findall(r'class="bk-answer">\s*<path d="m([^"]+)"', widget.html)
    assert len(paths) == 2
    for handle, path in zip(data["handles"], paths, strict=True):
        left, base, right, _, _, up = [
            float(part) for part in re.findall(r"-?\d+(?:\.\d+)?", path)
        ][:6]
        assert handle["at"] - handle["half"] == pytest.approx(left, abs=0.5)
        assert 2 * handle["half"] == pytest.approx(right, abs=0.5)
        assert pixel(data, data["base"]) == pytest.approx(base, abs=0.5)
        assert pixel(data, handle["low"]) == pytest.approx(base + up, abs=0.5)


def test_the_scale_knows_log_axes_and_refuses_others() -> None:
    fig, ax = plt.subplots()
    ax.set_yscale("log")
    assert Scale(ax, "y").ends()["log"]
    ax.set_yscale("symlog")
    with pytest.raises(ValueError, match="the y axis has scale 'symlog'; use 'linear' or 'log'"):
        Scale(ax, "y")
    plt.close(fig)


@pytest.mark.parametrize(
    ("size", "step"), [(1.6, 1), (2, 2), (0.4, 0.2), (99, 50), (1100, 1000), (0.05, 0.05)]
)
def test_slider_steps_are_round(size: float, step: float) -> None:
    assert round_step(size) == pytest.approx(step)


def test_each_event_is_named_once_by_the_chart_or_by_the_guess() -> None:
    assert payload(dates())["rows"]
    assert not payload(dates(row_names=list(EVENTS)))["rows"]
    assert not payload(point())["rows"]


# What the page holds


@pytest.mark.parametrize("kind", KINDS)
def test_every_answer_artist_is_marked_and_nothing_else(kind: str) -> None:
    widget = KINDS[kind]()
    marked = re.findall(r'id="([^"]+)" class="bk-answer"', widget.html)
    assert marked and all(re.fullmatch(r"[a-z]+-answer(-\d+)?", id) for id in marked)
    expected = {"line": 2, "bars": 2}.get(kind, 1)
    assert len(marked) == expected


@pytest.mark.parametrize("kind", KINDS)
def test_without_scripts_question_chart_values_and_explanation_are_there(kind: str) -> None:
    root = lxml_html.fromstring(KINDS[kind]().html)
    shown = root.xpath(".//*[not(ancestor-or-self::*[@hidden]) and not(self::script)]/text()")
    text = " ".join(shown)
    for promised in ("Make a guess, then show the data", "Values in this chart", "Two & <three>."):
        assert promised in text
    assert root.xpath("./p[1]")[0].text_content().endswith(("?", "."))
    assert root.xpath("./details//svg") and root.xpath("./details//table")
    for control in root.xpath(".//input | .//button | .//textarea"):
        assert control.xpath("ancestor::*[@hidden]"), "a control that no script serves is in view"


@pytest.mark.parametrize("kind", KINDS)
def test_the_page_carries_no_inline_style_or_handler(kind: str) -> None:
    page = KINDS[kind]().html
    assert not re.search(r"\s(style|on[a-z]+)=", page)


def test_hostile_texts_stay_texts() -> None:
    page = point(question="</script><b>How?", unit="</script>", explain="<img>").html
    root = lxml_html.fromstring(page)
    assert not root.xpath(".//b | .//img")
    assert payload(point(unit="</script>"))["unit"] == "</script>"
    assert root.xpath("./p[1]")[0].text_content() == "</script><b>How?"


def test_a_saved_guess_is_for_this_question_and_these_values() -> None:
    version = payload(point())["version"]
    assert payload(point())["version"] == version
    assert payload(point(explain="Other words."))["version"] == version
    assert payload(point(question="How few?"))["version"] != version
    assert payload(point(answer={"That day": 106}))["version"] != version


def test_live_and_static_form_come_in_one_bundle() -> None:
    widget = dates()
    bundle, _ = widget._repr_mimebundle_()
    assert bundle["text/html"] == widget.html
    assert bundle["text/plain"] == "When was it?"
    assert "application/vnd.jupyter.widget-view+json" in bundle


def test_python_reads_the_guess_as_dates() -> None:
    widget = dates()
    widget.set_state({"guess": {"First shots": 18712}, "revealed": True})
    assert widget.guess == {"First shots": date(2021, 3, 26)}
    assert widget.get_state("guess") == {"guess": {"First shots": 18712}}
    assert widget.revealed


def test_the_bytes_are_the_same_in_another_process() -> None:
    program = (
        "import sys; sys.path.insert(0, 'tests'); import matplotlib; matplotlib.use('agg');"
        "import pytest, test_predict as t; t.without_sources(pytest.MonkeyPatch());"
        "sys.stdout.write(''.join(make().html for make in t.KINDS.values()))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True,
        cwd=figure.data.ROOT, env={"PYTHONHASHSEED": "7", "PATH": ""},
    )  # fmt: skip
    assert done.stdout == "".join(make().html for make in KINDS.values())


# What is refused, and how


def unmarked(**changes: Any) -> Prediction:
    fig, ax = plt.subplots()
    ax.set_title("Nothing hidden")
    ax.plot([1], [1])
    return predict("point", **common(name="x", question="?", fig=fig, answer={"A": 1}), **changes)


@pytest.mark.parametrize(
    ("make", "changes", "message"),
    [
        (unmarked, {}, 'no artist has gid="answer"'),
        (point, {"answer": {}}, "answer is empty"),
        (point, {"answer": {"A": 1, "B": 2}}, "kind='point' takes one answer, not 2"),
        (
            point,
            {"answer": {"A": 500}},
            r"answer\['A'\] = 500 lies outside the slider \(0 to 400\)",
        ),
        (point, {"answer": {"A": (9, 3)}}, r"answer\['A'\] runs from high to low"),
        (point, {"answer": {"A": float("nan")}}, r"answer\['A'\] is not a finite number"),
        (point, {"answer": {"A": (1, date(2021, 4, 1))}}, "mixes a date and a number"),
        (bars, {"answer": {"A": 1, "B": date(2021, 4, 1)}}, "answer mixes dates and numbers"),
        (bars, {"at": [0]}, "at has 1 places for 2 answers"),
        (line, {"at": None}, "'31 March' would lie at 0, outside the other axis; pass at="),
        (bars, {"start": {"Peple": 5}}, "start names 'Peple', which is not in answer"),
        (bars, {"start": 200}, r"start\['People'\] = 200 lies outside the slider"),
        (bars, {"step": 500}, "step=500 does not fit between 0 and 100"),
        (bars, {"bounds": (100, 0)}, r"bounds=\(100, 0\) run from high to low"),
        (bars, {"axis": "z"}, "axis='z' is neither 'x' nor 'y'"),
        (bars, {"alt": "Short."}, "alt has 6 characters"),
        (bars, {"name": "Not A Slug"}, "is not a slug"),
    ],
)
def test_bad_input_is_refused_with_the_mend_and_leaves_no_figure_open(
    make: Callable[..., Prediction], changes: dict[str, Any], message: str
) -> None:
    open_before = plt.get_fignums()
    with pytest.raises(ValueError, match=message) as caught:
        make(**changes)
    assert str(caught.value).startswith("predict '")
    assert plt.get_fignums() == open_before


def test_an_unknown_kind_is_refused() -> None:
    fig, _ = plt.subplots()
    with pytest.raises(ValueError, match="kind='pie' is not one of line, bars, point, dates"):
        predict("pie", **common(name="x", question="?", fig=fig, answer={"A": 1}))
    assert not plt.fignum_exists(fig.number)


def test_a_time_of_day_is_refused() -> None:
    with pytest.raises(ValueError, match=r"has a time of day; pass a datetime\.date"):
        point(answer={"A": pd.Timestamp("2021-04-01 10:00")})


def test_screen_readers_are_not_told_the_finding_by_the_region() -> None:
    # The script swaps these three for the question; they must be where it looks.
    root = lxml_html.fromstring(bars().html)
    assert root.xpath(".//svg/title")[0].text == "People went"
    assert unescape(root.xpath(".//svg/desc")[0].text) == ALT
    assert root.xpath('.//*[@class="bk-scroll"]/@aria-label')[0] == "Chart: People went"
