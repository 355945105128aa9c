"""A guess before the data: the reader commits a prediction, then sees it beside the record.

The author passes a finished matplotlib chart whose answer artists carry ``gid="answer"``. Python
says where each value lies in the drawing; web/predict.js takes the guess, by slider, by dragging or
by typing, and shows it over the chart. Without scripts the chart opens with a click.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from html import escape
from pathlib import Path
from typing import Any

import anywidget
import matplotlib.pyplot as plt
import pandas as pd
import traitlets
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bookkit.figure import figure_html

Value = float | date
Recorded = Value | tuple[Value, Value]

VALUE_AXIS = {"line": "y", "bars": "y", "point": "x", "dates": "x", "number": "x"}  # by default
HOW = {
    "line": "Draw your line: drag across the chart, or use the sliders.",
    "bars": "Set each bar: drag its end, or use the sliders.",
    "point": "Set your value: drag the dashed rule, or use the slider.",
    "dates": "Place each event: drag its circle, or use the sliders.",
    "number": "Type your guess.",
}
EPOCH = date(1970, 1, 1)
WEB = Path(__file__).parent / "web"
POINTS_PER_INCH = 72  # an SVG of matplotlib is measured in points


def predict(
    kind: str,
    *,
    name: str,
    question: str,
    fig: Figure,
    answer: Mapping[str, Recorded],
    table: pd.DataFrame,
    alt: str,
    explain: str,
    unit: str = "",
    answer_is: str = "it was",
    at: Sequence[Value] | None = None,
    axis: str | None = None,
    bounds: tuple[Value, Value] | None = None,
    step: float | None = None,
    start: Value | Mapping[str, Value] | None = None,
    anchor: tuple[Value, Value] | None = None,
    caption: str = "",
    sources: Sequence[str] = (),
) -> Prediction:
    """Return a prediction to display: make it the last expression of a cell.

    kind: "line", "bars", "point" or "dates" (set by slider or dragging), or "number" (typed).
    fig: the finished chart, titled with its finding. Title, caption, values and every artist with
        ``gid="answer"`` stay hidden until the guess is committed. The figure is closed.
    answer: label of each handle -> recorded value, or (low, high) when the record is a range.
    answer_is: the words between guess and record: "You said 40; *it was* 50".
    at: where the handles lie on the other axis, in data units; 0, 1, 2 … by default.
    axis: the axis that the guess is read on, "x" or "y".
    bounds, step: of the sliders, in data units (days for dates); from the axis by default.
    start: where the handles begin; the middle of the bounds by default.
    anchor: for a line, the last known point (x, y), from which the guess is drawn on.
    explain: the author's reading of the gap; a blank line starts a new paragraph.
    alt, table, caption, sources: as in `bookkit.figure.show`.

    Raises ValueError, naming the prediction and what to mend.
    """
    try:
        if kind not in VALUE_AXIS:
            raise ValueError(f"kind={kind!r} is not one of {', '.join(VALUE_AXIS)}")
        figure = figure_html(fig, name=name, alt=alt, table=table, caption=caption, sources=sources)
        ax = answer_axes(fig)
        dates = _dates_or_numbers(answer)
        along = axis or VALUE_AXIS[kind]
        scale = Scale(ax, along)
        low, high, stride = _slider(scale, dates, bounds, step)
        handles = _handles(kind, scale, answer, at, start, (low, high, stride))
        setting = {
            "kind": kind, "unit": unit, "said": answer_is, "dates": dates, "axis": along,
            "min": low, "max": high, "step": stride, "handles": handles,
            "years": dates and _date(low).year != _date(high).year,
        }  # fmt: skip
        place = {
            "name": name, "rows": kind == "dates" and not _names_rows(scale),
            "scale": scale.ends(), "plot": scale.plot(), "base": max(low, 0),
            "anchor": scale.point(*anchor) if anchor else None,
        }  # fmt: skip
    except ValueError as error:
        raise ValueError(f"predict {name!r}: {error}") from error
    finally:
        plt.close(fig)
    meaning = json.dumps([question, _without_pixels(setting)], sort_keys=True)
    version = hashlib.sha256(meaning.encode()).hexdigest()[:8]
    marked = re.sub(rf'id="{name}-answer(?:-\d+)?"', r'\g<0> class="bk-answer"', figure)
    payload = {"version": version, **setting, **place}
    return Prediction(
        html=_page(name, question, marked, explain, payload), text=question, dates=dates
    )


# Where values lie in the drawing


class Scale:
    """One axis of a drawn chart, in the units of its SVG (points from the top left corner)."""

    def __init__(self, ax: Axes, along: str) -> None:
        """Take the axes of a figure that was drawn, and "x" or "y": the axis values are read on."""
        if along not in ("x", "y"):
            raise ValueError(f"axis={along!r} is neither 'x' nor 'y'")
        kind = ax.get_xscale() if along == "x" else ax.get_yscale()
        if kind not in ("linear", "log"):
            raise ValueError(f"the {along} axis has scale {kind!r}; use 'linear' or 'log'")
        self.ax, self.along, self.log = ax, along, kind == "log"

    def limits(self) -> tuple[float, float]:
        """Return the axis limits, the smaller first."""
        ends = self.ax.get_xlim() if self.along == "x" else self.ax.get_ylim()
        return float(min(ends)), float(max(ends))

    def cross_limits(self) -> tuple[float, float]:
        """Return the limits of the other axis, the smaller first."""
        ends = self.ax.get_ylim() if self.along == "x" else self.ax.get_xlim()
        return float(min(ends)), float(max(ends))

    def point(self, x: Value, y: Value) -> tuple[float, float]:
        """Return where a point in data units lies in the SVG."""
        figure = self.ax.get_figure(root=True)
        assert figure is not None, "the axes were drawn"
        across, up = self.ax.transData.transform((_number(x), _number(y)))
        points = POINTS_PER_INCH / figure.dpi
        height = figure.get_figheight() * POINTS_PER_INCH
        return round(float(across * points), 2), round(float(height - up * points), 2)

    def cross(self, value: Value) -> float:
        """Return where a value of the other axis lies."""
        middle = self.limits()[0]
        return self.point(middle, value)[1] if self.along == "x" else self.point(value, middle)[0]

    def ends(self) -> dict[str, Any]:
        """Return the two ends of the axis as values and as places, from which all others follow."""
        low, high = self.limits()
        side = self.cross_limits()[0]
        places = [
            self.point(value, side)[0] if self.along == "x" else self.point(side, value)[1]
            for value in (low, high)
        ]
        return {"from": [low, high], "to": places, "log": self.log}

    def plot(self) -> tuple[float, float, float, float]:
        """Return left, top, width and height of the plot area."""
        (x0, x1), (y0, y1) = sorted(self.ax.get_xlim()), sorted(self.ax.get_ylim())
        (ax, ay), (bx, by) = self.point(x0, y0), self.point(x1, y1)
        left, top = min(ax, bx), min(ay, by)
        return left, top, round(abs(bx - ax), 2), round(abs(by - ay), 2)


def answer_axes(fig: Figure) -> Axes:
    """Return the axes that hold the answer; ValueError if no artist carries the gid "answer"."""
    for ax in fig.axes:
        if any(artist.get_gid() == "answer" for artist in ax.findobj()):
            return ax
    raise ValueError(
        'no artist has gid="answer", so nothing would stay hidden. Mark what tells the answer, '
        'for instance ax.plot(…, gid="answer")'
    )


# What the reader sets


def _number(value: Value) -> float:
    """Return a value as matplotlib counts: a date is its days since 1 January 1970."""
    return (value - EPOCH).days if isinstance(value, date) else float(value)


def _date(days: float) -> date:
    """Return the date that is so many days after 1 January 1970."""
    return EPOCH + timedelta(days=days)


def _pair(value: Recorded) -> tuple[Value, Value]:
    """Return a recorded value as (low, high)."""
    return value if isinstance(value, tuple) else (value, value)


def _dates_or_numbers(answer: Mapping[str, Recorded]) -> bool:
    """Tell whether the answers are dates; raise ValueError if empty, mixed, or upside down."""
    if not answer:
        raise ValueError("answer is empty; give at least one label and its value")
    for label, value in answer.items():
        low, high = _pair(value)
        if isinstance(low, datetime) or isinstance(high, datetime):
            raise ValueError(f"answer[{label!r}] has a time of day; pass a datetime.date")
        if isinstance(low, date) != isinstance(high, date):
            raise ValueError(f"answer[{label!r}] mixes a date and a number")
        if not math.isfinite(_number(low) + _number(high)):
            raise ValueError(f"answer[{label!r}] is not a finite number")
        if _number(low) > _number(high):
            raise ValueError(f"answer[{label!r}] runs from high to low; write (low, high)")
    kinds = {isinstance(_pair(value)[0], date) for value in answer.values()}
    if len(kinds) > 1:
        raise ValueError("answer mixes dates and numbers; make two predictions")
    return kinds.pop()


def _slider(
    scale: Scale, dates: bool, bounds: tuple[Value, Value] | None, step: float | None
) -> tuple[float, float, float]:
    """Return smallest value, largest value and step of the sliders."""
    low, high = (_number(bounds[0]), _number(bounds[1])) if bounds else scale.limits()
    if not low < high:
        raise ValueError(f"bounds={bounds!r} run from high to low; write (low, high)")
    stride = step or (1 if dates else round_step((high - low) / 100))
    if stride <= 0 or stride > high - low:
        raise ValueError(f"step={step!r} does not fit between {low:g} and {high:g}")
    if not bounds:  # the ends of an axis are rarely round; the slider's are
        low, high = math.ceil(low / stride) * stride, math.floor(high / stride) * stride
    return _tidy(low), _tidy(high), _tidy(stride)


def round_step(size: float) -> float:
    """Return the largest of 1, 2, 5, 10, … (times a power of ten) that is not above `size`."""
    power = 10.0 ** math.floor(math.log10(size))
    return max(power * digit for digit in (1, 2, 5) if power * digit <= size * (1 + 1e-9))


def _tidy(value: float) -> float:
    """Drop the noise of binary fractions, and the point of a whole number."""
    near = float(f"{value:.12g}")
    return int(near) if near.is_integer() else near


def _handles(
    kind: str,
    scale: Scale,
    answer: Mapping[str, Recorded],
    at: Sequence[Value] | None,
    start: Value | Mapping[str, Value] | None,
    slider: tuple[float, float, float],
) -> list[dict[str, Any]]:
    """Return label, record, first value and place of every handle."""
    low, high, step = slider
    if kind in ("point", "number") and len(answer) > 1:
        raise ValueError(f"kind={kind!r} takes one answer, not {len(answer)}")
    middle = low + round((high - low) / 2 / step) * step
    given = start if isinstance(start, Mapping) else dict.fromkeys(answer, start)
    if extra := [label for label in given if label not in answer]:
        raise ValueError(f"start names {extra[0]!r}, which is not in answer")
    handles = []
    for (label, value), place in zip(answer.items(), _places(kind, scale, answer, at), strict=True):
        recorded = [_tidy(_number(end)) for end in _pair(value)]
        wanted = given.get(label)
        first = middle if wanted is None else _number(wanted)
        for words, number in (("answer", recorded[0]), ("answer", recorded[1]), ("start", first)):
            if kind != "number" and not low <= number <= high:
                raise ValueError(
                    f"{words}[{label!r}] = {_say(number, value)} lies outside the slider "
                    f"({_say(low, value)} to {_say(high, value)}); widen the axis or bounds"
                )
        half = abs(scale.cross(_number(place) + 0.4) - scale.cross(place))
        handles.append(
            {"label": label, "low": recorded[0], "high": recorded[1], "start": _tidy(first),
             "at": scale.cross(place), "half": round(half, 2)}
        )  # fmt: skip
    return handles


def _say(number: float, like: Recorded) -> str:
    """Write a number, or the date it stands for."""
    return _date(number).isoformat() if isinstance(_pair(like)[0], date) else f"{number:g}"


def _places(
    kind: str, scale: Scale, answer: Mapping[str, Recorded], at: Sequence[Value] | None
) -> Sequence[Value]:
    """Return where the handles lie on the other axis, in data units."""
    low, high = scale.cross_limits()
    if kind in ("point", "number"):
        return [(low + high) / 2]
    places = list(at) if at is not None else list(range(len(answer)))
    if len(places) != len(answer):
        raise ValueError(f"at has {len(places)} places for {len(answer)} answers")
    for label, place in zip(answer, places, strict=True):
        if not low <= _number(place) <= high:
            raise ValueError(
                f"{label!r} would lie at {place}, outside the other axis; "
                "pass at=[…], one place for each answer, in data units"
            )
    return places


def _names_rows(scale: Scale) -> bool:
    """Tell whether the chart names the rows itself, by tick labels on the other axis."""
    labels = scale.ax.get_yticklabels() if scale.along == "x" else scale.ax.get_xticklabels()
    return any(label.get_text() for label in labels)


def _without_pixels(setting: dict[str, Any]) -> dict[str, Any]:
    """Return what a saved guess depends on: not where things lie in the drawing."""
    handles = [
        {key: handle[key] for key in ("label", "low", "high")} for handle in setting["handles"]
    ]
    return {**setting, "handles": handles}


# The page and the widget


def _page(name: str, question: str, figure: str, explain: str, payload: dict[str, Any]) -> str:
    """Return the prediction as HTML: without scripts, a question and a chart that opens.

    What needs the script is hidden until the script shows it.
    """
    paragraphs = "".join(
        f"<p>{escape(' '.join(part.split()))}</p>" for part in re.split(r"\n\s*\n", explain.strip())
    )
    kind = payload["kind"]
    data = json.dumps(payload, ensure_ascii=False, separators=(",", ":")).replace("</", r"<\/")
    return f"""\
<section class="bk-predict" id="predict-{name}" data-kind="{kind}"
 aria-labelledby="predict-{name}-title">
<p class="bk-title" id="predict-{name}-title">{escape(question)}</p>
<p class="bk-how bk-js" hidden>{HOW[kind]}</p>
<details class="bk-reveal"><summary>Make a guess, then show the data</summary>
{figure}
<div class="bk-explain">{paragraphs}</div>
</details>
<form class="bk-controls bk-js" autocomplete="off" novalidate hidden>
<fieldset><legend>Your guess</legend>
{"".join(_control(handle, payload) for handle in payload["handles"])}</fieldset>
<button class="bk-commit">Commit my guess</button>
</form>
<div class="bk-result bk-js" hidden></div>
<div class="bk-after" hidden>
<label><span>Why the gap? Write a sentence or two before you read on.</span>
<textarea rows="3" maxlength="5000"></textarea></label>
<details class="bk-reading"><summary>How the book explains it</summary></details>
<button class="bk-quiet" type="button">Guess again</button>
</div>
<script type="application/json" class="bk-data">{data}</script>
</section>"""


def _control(handle: dict[str, Any], payload: dict[str, Any]) -> str:
    """Return the labelled control of one handle."""
    if payload["kind"] == "number":
        field = '<input type="text" inputmode="decimal">'
        value = f"<span>{escape(payload['unit'])}</span>"
    else:
        limits = " ".join(f'{key}="{payload[key]}"' for key in ("min", "max", "step"))
        field = f'<input type="range" {limits} value="{handle["start"]}">'
        value = '<output aria-live="off"></output>'
    label = f"<label><span>{escape(handle['label'])}</span>{field}</label>"
    return f'<div class="bk-handle">{label}{value}</div>\n'


def _to_json(guess: dict[str, Value], widget: Prediction) -> dict[str, float]:
    """Write a guess for the browser: dates as days since 1970."""
    return {label: _number(value) for label, value in guess.items()}


def _from_json(guess: dict[str, float], widget: Prediction) -> dict[str, Value]:
    """Read a guess from the browser."""
    return {label: _date(value) if widget.dates else value for label, value in guess.items()}


def _web(*names: str) -> str:
    """Return files of the folder web, one after another."""
    return "\n".join((WEB / name).read_text(encoding="utf-8") for name in names)


class Prediction(anywidget.AnyWidget):
    """A prediction in a live notebook; its HTML form is what the page shows.

    guess: label -> value (number or date) that the reader has set so far. revealed: whether the
    guess is committed. why: what the reader wrote about the gap.
    """

    _esm = (
        _web("predict-guess.js", "predict.js")
        + """
export default {
  render({ model, el }) {
    el.innerHTML = model.get("html");
    bookkitPredict.mount(el.firstElementChild, { model });
  },
};
"""
    )
    _css = _web("tokens.css", "figure.css", "predict.css")
    html = traitlets.Unicode().tag(sync=True)
    guess = traitlets.Dict().tag(sync=True, to_json=_to_json, from_json=_from_json)
    revealed = traitlets.Bool(False).tag(sync=True)
    why = traitlets.Unicode().tag(sync=True)
    text = traitlets.Unicode()
    dates = traitlets.Bool(False)

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return the live view and, for pages without a kernel, the complete HTML."""
        live, metadata = super()._repr_mimebundle_(**kwargs) or ({}, {})
        return {**live, "text/html": self.html, "text/plain": self.text}, metadata
