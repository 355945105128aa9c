"""A chart with controls: drawn for every setting at build time, drawn anew in a live notebook.

The author writes one function that draws a figure for a setting. The page carries all frames, with
what they share stored once; in a live kernel moving a control calls the function. Either way the
controls are the browser's own, and web/explore.js moves them.
"""

from __future__ import annotations

import gzip
import itertools
import json
import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from html import escape
from pathlib import Path
from typing import Any, TypeVar

import anywidget
import matplotlib.pyplot as plt
import pandas as pd
import traitlets
from matplotlib.figure import Figure

from bookkit.figure import display_value, figure_html, svg, table_html, take_title

MOST_FRAMES = 400
MOST_BYTES = 60_000  # of HTML with all frames, after gzip
MOST_RADIOS = 5  # options; more make a select
WEB = Path(__file__).parent / "web"
SVG = re.compile(r"<svg.*?</svg>", re.S)


@dataclass(frozen=True)
class View:
    """What a draw function returns: the figure, one sentence on this setting, its values."""

    fig: Figure
    text: str = ""
    table: pd.DataFrame | None = None


@dataclass(frozen=True)
class Control:
    """One control: the values that `draw` gets, their words, and the position it starts at."""

    name: str
    label: str
    kind: str  # range, radio, select or checkbox
    values: tuple[Any, ...]
    start: int

    @property
    def words(self) -> list[str]:
        """Return each value as a reader sees it."""
        return [display_value(value) for value in self.values]


@dataclass(frozen=True)
class Frame:
    """One setting as it stands on the page."""

    svg: str
    text: str
    table: str


Draw = Callable[..., Figure | View]
T = TypeVar("T")


def explore(
    draw: Draw,
    *,
    name: str,
    title: str,
    alt: str,
    table: pd.DataFrame | None = None,
    caption: str = "",
    sources: Sequence[str] = (),
    start: Mapping[str, Any] | None = None,
    labels: Mapping[str, str] | None = None,
    **controls: Any,
) -> Explorer:
    """Return a chart with controls to display: make it the last expression of a cell.

    draw: called as draw(control=value, …); returns a Figure without title, or a View.
    title, alt, caption: true of every setting; otherwise as in `bookkit.figure.show`.
    table: the values at the start, if draw returns no View with a table.
    start: control -> value at first (else the first option, and the low end of a slider).
    labels: control -> what readers see (else the control's name).
    controls: (low, high, step) makes a slider, over numbers or over dates with a step in days; a
        list makes radio buttons, or a select when it is long; True or False makes a checkbox.

    Raises ValueError naming the control or the setting to mend. Leaves no figure open.
    """
    try:
        made = make_controls(controls, start or {}, labels or {})
        opening = [control.start for control in made]
        artist = Artist(draw, title, alt, name, made)
        figure = artist.figure(opening, table, caption, sources)
        counts = [range(len(control.values)) for control in made]
        frames = {at: artist.frame(at) for at in itertools.product(*counts)}
        first = frames[tuple(opening)]
        figure = SVG.sub(lambda _: first.svg, figure, count=1)
        shown = [control.words if control.kind == "range" else None for control in made]
        page = _within_limit(
            lambda payload: _page(name, title, figure, first, made, {"words": shown, **payload}),
            list(frames.values()),
            made,
        )
    except ValueError as error:
        raise ValueError(f"explore {name!r}: {error}") from error
    live = _page(name, title, figure, first, made, {"words": shown})
    return Explorer(html=live, static=page, positions=opening, artist=artist, text=alt)


# Controls


def make_controls(
    controls: Mapping[str, Any], start: Mapping[str, Any], labels: Mapping[str, str]
) -> list[Control]:
    """Return the controls; ValueError for one that cannot be, or for too many settings."""
    if not controls:
        raise ValueError("no control; pass at least one, for instance p=(0.1, 0.9, 0.05)")
    for words, given in (("start", start), ("labels", labels)):
        if strange := [name for name in given if name not in controls]:
            raise ValueError(f"{words} names {strange[0]!r}, which is no control")
    made = [
        _control(name, given, start, labels.get(name) or name.replace("_", " ").capitalize())
        for name, given in controls.items()
    ]
    count = math.prod(len(control.values) for control in made)
    if count > MOST_FRAMES:
        raise ValueError(
            f"{count} settings; at most {MOST_FRAMES} can be drawn ahead. {_thin(made)}"
        )
    return made


def _thin(controls: Sequence[Control]) -> str:
    """Say which control to thin: the one with the most values."""
    most = max(controls, key=lambda control: len(control.values))
    how = "a larger step or a shorter range" if most.kind == "range" else "fewer options"
    return f"Thin {most.name} ({len(most.values)} values): {how}."


def _control(name: str, given: Any, start: Mapping[str, Any], label: str) -> Control:
    """Return one control from what the author wrote."""
    if isinstance(given, bool):
        kind, values, first = "checkbox", (False, True), given
    elif isinstance(given, tuple) and len(given) == 3:
        kind, values = "range", tuple(_steps(name, *given))
        first = values[0]
    elif isinstance(given, list) and len(given) > 1:
        kind, values = "radio" if len(given) <= MOST_RADIOS else "select", tuple(given)
        first = values[0]
    else:
        raise ValueError(
            f"{name}={given!r} makes no control; write (low, high, step), a list of two or more "
            "options, or True or False"
        )
    wanted = start.get(name, first)
    if wanted not in values:
        raise ValueError(f"start[{name!r}] = {wanted!r} is not one of the values of {name}")
    if len({display_value(value) for value in values}) < len(values):
        raise ValueError(f"{name} has two options that read the same")
    return Control(name, label, kind, values, values.index(wanted))


def _steps(name: str, low: Any, high: Any, step: Any) -> Iterable[Any]:
    """Yield low, low + step, … high exactly; ValueError if the steps do not end at high."""
    written = f"{name}=({low}, {high}, {step})"
    if isinstance(low, date) != isinstance(high, date):
        raise ValueError(f"{written} mixes a date and a number")
    if isinstance(low, date):
        span, stride = Decimal((high - low).days), Decimal(str(step))
    else:
        span, stride = Decimal(str(high)) - Decimal(str(low)), Decimal(str(step))
    if stride <= 0 or span <= 0:
        raise ValueError(f"{written} has no steps; write (low, high, step) with a step above 0")
    if span % stride:
        raise ValueError(f"{written} never reaches {high}; choose a step that divides the range")
    for count in range(int(span / stride) + 1):
        if isinstance(low, date):
            yield low + timedelta(days=float(stride * count))
        else:
            value = Decimal(str(low)) + stride * count
            whole = all(isinstance(part, int) for part in (low, high, step))
            yield int(value) if whole else float(value)


# Frames


@dataclass(frozen=True)
class Artist:
    """The author's function with what it takes to turn its figures into frames."""

    draw: Draw
    title: str
    alt: str
    name: str
    controls: Sequence[Control]

    def setting(self, at: Sequence[int]) -> dict[str, Any]:
        """Return what draw is called with when the controls are at these positions."""
        return {
            control.name: control.values[place]
            for control, place in zip(self.controls, at, strict=True)
        }

    def frame(self, at: Sequence[int]) -> Frame:
        """Return the frame of one setting; ValueError naming the setting if draw fails."""
        return self._drawn(at, self._finish)

    def figure(
        self,
        at: Sequence[int],
        table: pd.DataFrame | None,
        caption: str,
        sources: Sequence[str],
    ) -> str:
        """Return the figure of one setting as `bookkit.figure.show` would display it."""

        def finish(view: View) -> str:
            values = table if view.table is None else view.table
            if values is None:
                raise TypeError("no table: return View(fig, text, table) or pass table=")
            view.fig.suptitle(self.title)
            return figure_html(
                view.fig,
                name=self.name,
                alt=self.alt,
                table=values,
                caption=caption,
                sources=sources,
            )

        return self._drawn(at, finish)

    def _finish(self, view: View) -> Frame:
        view.fig.suptitle(self.title)
        take_title(view.fig)
        drawing = svg(
            view.fig, self.name, title=self.title, description=f"{self.alt} {view.text}".strip()
        )
        values = "" if view.table is None else table_html(view.table, self.title)
        return Frame(drawing, view.text, values)

    def _drawn(self, at: Sequence[int], finish: Callable[[View], T]) -> T:
        """Call draw for a setting, finish what it returns, and close every figure it opened."""
        setting = self.setting(at)
        before = set(plt.get_fignums())
        try:
            made = self.draw(**setting)
            if not isinstance(made, (Figure, View)):
                raise TypeError(f"it returned {type(made).__name__}; return a Figure or a View")
            return finish(made if isinstance(made, View) else View(made))
        except Exception as error:
            call = ", ".join(f"{key}={value!r}" for key, value in setting.items())
            raise ValueError(
                f"draw({call}) raised {type(error).__name__}: {str(error).rstrip('.')}. "
                f"Mend draw or narrow {' or '.join(setting)}."
            ) from error
        finally:
            for number in set(plt.get_fignums()) - before:
                plt.close(number)


def pack(texts: Sequence[str]) -> tuple[list[str], list[list[int]]]:
    """Store texts that share most of their lines.

    Returns the distinct lines, and for each text its runs of them: first, count, first, count, …
    """
    known: dict[str, int] = {}
    packed = []
    for text in texts:
        runs: list[int] = []
        for line in text.split("\n"):
            at = known.setdefault(line, len(known))
            if runs and runs[-2] + runs[-1] == at:
                runs[-1] += 1
            else:
                runs += [at, 1]
        packed.append(runs)
    return list(known), packed


def unpack(lines: Sequence[str], runs: Sequence[int]) -> str:
    """Return the text that `pack` stored, byte for byte; web/explore.js does the same."""
    pairs = zip(runs[::2], runs[1::2], strict=True)
    return "\n".join(line for at, count in pairs for line in lines[at : at + count])


def _within_limit(
    page: Callable[[dict[str, Any]], str], frames: Sequence[Frame], controls: Sequence[Control]
) -> str:
    """Return the page with all frames, with a table for each if that is not too much.

    Raises ValueError naming the control to thin if even the drawings are too large.
    """
    drawings, count = [frame.svg for frame in frames], len(frames)
    size = 0
    for tables in ([frame.table for frame in frames], []):
        if not all(tables):
            continue
        lines, runs = pack([*drawings, *tables])
        payload = {
            "lines": lines, "svg": runs[:count], "table": runs[count:],
            "text": [frame.text for frame in frames],
        }  # fmt: skip
        made = page(payload)
        size = len(gzip.compress(made.encode(), mtime=0))
        if size <= MOST_BYTES:
            return made
    raise ValueError(
        f"{count} frames come to {size / 1000:.0f} kB after gzip; at most {MOST_BYTES // 1000} kB. "
        f"{_thin(controls)} Or draw less: what stays the same in all frames is stored once."
    )


# The page and the widget


def _page(
    name: str,
    title: str,
    figure: str,
    first: Frame,
    controls: Sequence[Control],
    payload: dict[str, Any],
) -> str:
    """Return the explorer as HTML: without scripts, the opening frame and its values."""
    form = "\n".join(_field(name, control) for control in controls)
    shown = "; ".join(f"{control.label}: {control.words[control.start]}" for control in controls)
    data = json.dumps(payload, ensure_ascii=False, separators=(",", ":")).replace("</", r"<\/")
    above = (
        f'<form class="bk-controls bk-js" autocomplete="off" hidden>\n{form}\n</form>\n'
        f'<p class="bk-setting">Shown here: {escape(shown)}.</p>\n'
        f'<p class="bk-said" role="status">{escape(first.text)}</p>\n'
    )
    head, tail = figure.split('<div class="bk-scroll"', 1)
    drawing, rest = tail.split("</svg>\n</div>", 1)
    return f"""\
<section class="bk-explore" id="explore-{name}" aria-label="{escape(title)}">
{head}{above}<div class="bk-scroll"{drawing}</svg>
</div>
{rest}
<script type="application/json" class="bk-data">{data}</script>
</section>"""


def _field(name: str, control: Control) -> str:
    """Return the native control with its label; its value is a position among the values."""
    label, words = escape(control.label), [escape(word) for word in control.words]
    if control.kind == "range":
        last = len(words) - 1
        field = f'<input type="range" min="0" max="{last}" value="{control.start}">'
        inner = (
            f"<label><span>{label}</span>{field}</label>"
            f'<output aria-live="off">{words[control.start]}</output>'
        )
    elif control.kind == "checkbox":
        checked = " checked" if control.start else ""
        inner = f'<label><input type="checkbox"{checked}> {label}</label>'
    elif control.kind == "select":
        options = "".join(
            f"<option{' selected' if at == control.start else ''}>{word}</option>"
            for at, word in enumerate(words)
        )
        inner = f"<label><span>{label}</span><select>{options}</select></label>"
    else:
        group = f"explore-{name}-{control.name}"
        buttons = "".join(
            f'<label><input type="radio" name="{group}"'
            f"{' checked' if at == control.start else ''}> {word}</label>"
            for at, word in enumerate(words)
        )
        inner = f"<legend>{label}</legend>{buttons}"
        return f'<fieldset class="bk-control" data-kind="radio">{inner}</fieldset>'
    return f'<div class="bk-control" data-kind="{control.kind}">{inner}</div>'


def _web(*names: str) -> str:
    """Return files of the folder web, one after another."""
    return "\n".join((WEB / name).read_text(encoding="utf-8") for name in names)


class Explorer(anywidget.AnyWidget):
    """A chart with controls in a live notebook; its HTML form is what the page shows.

    settings: control -> value, as set by the reader; observe it to compute along.
    """

    _esm = (
        _web("explore.js")
        + """
export default {
  render({ model, el }) {
    el.innerHTML = model.get("html");
    bookkitExplore.mount(el.firstElementChild, { model });
  },
};
"""
    )
    _css = _web("tokens.css", "figure.css", "explore.css")
    html = traitlets.Unicode().tag(sync=True)
    positions = traitlets.List(traitlets.Int()).tag(sync=True)
    frame = traitlets.Dict().tag(sync=True)
    settings = traitlets.Dict()
    artist = traitlets.Instance(Artist)
    static = traitlets.Unicode()
    text = traitlets.Unicode()

    @traitlets.default("settings")
    def _opening(self) -> dict[str, Any]:
        return dict(self.artist.setting(self.positions))

    @traitlets.observe("positions")
    def _redraw(self, change: Any) -> None:
        """Draw the new setting in the kernel; a fault is said where the sentence stands."""
        if change.old is traitlets.Undefined or not change.old:
            return
        self.settings = self.artist.setting(self.positions)
        try:
            made = self.artist.frame(self.positions)
            self.frame = {"svg": made.svg, "text": made.text, "table": made.table}
        except ValueError as error:
            self.frame = {"svg": "", "text": str(error), "table": ""}

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return the live view and, for pages without a kernel, the complete HTML."""
        live, metadata = super()._repr_mimebundle_(**kwargs) or ({}, {})
        return {**live, "text/html": self.static, "text/plain": self.text}, metadata
