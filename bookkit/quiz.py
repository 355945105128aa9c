"""Quizzes: questions kept as data, asked on the page and in a live notebook.

The questions stand in ``data/quiz/<name>.yml`` (see `bookkit.quizfile`). One script,
``web/quiz.js``, brings the same HTML to life on the page and in JupyterLab.
"""

from __future__ import annotations

import html
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from bookkit import data
from bookkit.quizfile import Item, Quiz, QuizError, find, load, shown

__all__ = [
    *("Item", "Quiz", "QuizError", "QuizWidget"),
    *("diagnostic", "load", "look_back", "quiz", "render"),
]

CHAPTERS = data.ROOT / "chapters"
WEB = Path(__file__).parent / "web"
LOOK_BACK = 3  # items shown at a time
DIAGNOSTIC = ("1.2", "1.4", "2.5", "3.7", "4.1", "5.3", "6.3", "7.6", "8.1", "8.5")
TITLES = {
    "again": "Look back: three questions from earlier chapters",
    "before": "Ten questions before you start",
    "after": "The same ten questions again",
}
CONFIDENCE = {50: "50 % (could go either way)", 70: "70 %", 90: "90 %"}


QUICK = 3  # at most so many questions make a quick check within a section


def quiz(name: str, items: Sequence[str] | None = None) -> QuizWidget:
    """Show the questions of ``data/quiz/<name>.yml``, or those whose ids are in ``items``.

    In a live notebook the result's ``results`` holds what the reader answered. Raises QuizError
    for a name or an id that does not exist, and for a file that breaks its schema.
    """
    whole = load(name)
    if items is None:
        return QuizWidget(whole)
    known = {item.id: item for item in whole.items}
    for wanted in items:
        if wanted not in known:
            raise QuizError(
                f"data/quiz/{name}.yml has no item {wanted!r}. It has {', '.join(known)}."
            )
    if not items or len(set(items)) < len(items):
        raise QuizError(f"items={list(items)!r}: name at least one item, and each only once.")
    part = tuple(known[wanted] for wanted in items)
    root = f"quiz-{name}-{part[0].id.replace('.', '-')}"
    title = whole.title
    if len(part) <= QUICK:  # several may stand on one page, each a region that needs its own name
        title = f"Quick check {', '.join(item.id for item in part)}"
    return QuizWidget(Quiz(name, title, whole.page, whole.sections, part), root)


def look_back(*ids: str, others: Sequence[str] = ()) -> QuizWidget:
    """Ask three items of earlier chapters again, from whichever quiz files hold them.

    On the page the three are chosen among ``ids`` and ``others``: first those the reader missed
    when last asked, then those not answered for longest, then the three ``ids``. Without scripts
    and in a live notebook it is the three ``ids``. Raises QuizError for a wrong id or number.
    """
    pool = [*ids, *others]
    if len(ids) != LOOK_BACK or len(set(pool)) < len(pool):
        raise QuizError(
            f"look_back{ids!r} with others={list(others)!r}: name exactly {LOOK_BACK} items, "
            "then any number of others, each item once."
        )
    return _mixed("again", "-".join(["look-back", *ids]), find(pool))


def diagnostic(when: str) -> QuizWidget:
    """Ask the ten items of the diagnostic, ``"before"`` the book or ``"after"`` it.

    Before, there is no feedback and the page holds no answer; after, there is, and the reader is
    told the gain. Raises QuizError for another word and while an item is missing.
    """
    if when not in ("before", "after"):
        raise QuizError(f"diagnostic({when!r}): write 'before' or 'after'.")
    return _mixed(when, f"diagnostic-{when}", find(DIAGNOSTIC))


def _mixed(place: str, root: str, items: tuple[Item, ...]) -> QuizWidget:
    """A quiz of items from several files."""
    mixed = Quiz(root, TITLES[place], "", {}, items)
    return QuizWidget(mixed, root.replace(".", "-"), place)


# ---- writing the HTML ----------------------------------------------------------------------------


def render(quiz: Quiz, root: str = "", live: bool = False, place: str = "quiz") -> str:
    """The quiz as HTML that also teaches with scripts off: questions, options, folded answers.

    ``root`` is the id of the whole; ``live`` links to the notebooks instead of the built pages;
    ``place`` is quiz, or again, before or after (see `look_back` and `diagnostic`).
    """
    root = root or f"quiz-{quiz.name}"
    asked = quiz.items[:LOOK_BACK] if place == "again" else quiz.items
    held = asked if live else quiz.items  # a page holds more to look back on than it shows
    total = len(asked)
    where = "" if place == "quiz" else f' data-place="{place}"'
    items = "".join(
        _render_item(item, number, live, place, hidden=number > total)
        for number, item in enumerate(held, start=1)
    )
    return (
        f'<section class="bk-quiz" id="{root}"{where} aria-labelledby="{root}-title">'
        f'<div class="bk-quiz-head"><p class="bk-quiz-title" id="{root}-title">'
        f"{_text(quiz.title)}</p>"
        '<p class="bk-quiz-progress" hidden>'
        f'<progress max="{total}" value="0" aria-label="Questions answered"></progress>'
        f"<span>0 of {total} answered</span></p></div>"
        f'<ol class="bk-items">{items}</ol>'
        '<div class="bk-quiz-foot" hidden><div class="bk-quiz-summary" role="status"></div>'
        '<p><button type="button" class="bk-quiz-reset">Start again</button> '
        '<button type="button" class="bk-quiz-keep" hidden>Keep my answers</button> '
        '<span class="bk-quiz-said" role="status"></span></p></div></section>'
    )


def _render_item(item: Item, number: int, live: bool, place: str, hidden: bool) -> str:
    anchor = item.id.replace(".", "-")
    body, answer = PARTS[item.type](item)
    confidence = "".join(
        f'<label><input type="radio" name="sure-{anchor}" value="{value}"> '
        f"<span>{text}</span></label>"
        for value, text in CONFIDENCE.items()
    )
    read = _again(item, live)
    folded = (
        f'<p class="bk-again" hidden>{read}</p>'
        f'<details class="bk-answer"><summary>Show the answer</summary>{answer}'
        f'<p class="bk-read">{read}</p>'
        f'<p class="bk-from">Sources: {cited(item.sources, live)}.</p></details>'
    )
    return (
        f'<li class="bk-item" id="{place}-item-{anchor}" data-item="{item.id}" '
        f'data-type="{item.type}" data-version="{item.version}"{_key(item)}'
        f"{' hidden' if hidden else ''}>"
        '<form method="dialog" novalidate autocomplete="off"><fieldset class="bk-ask">'
        f'<legend><span class="bk-number">{number}.</span> {_text(item.stem)}'
        f"{HINTS.get(item.type, '')}</legend>{body}</fieldset>"
        '<fieldset class="bk-sure" hidden><legend>How sure are you?</legend>'
        f"{confidence}</fieldset>"
        '<p class="bk-act" hidden><button type="submit" class="bk-check">Check</button></p>'
        '<div class="bk-verdict" role="status"></div></form>'
        f"{'' if place == 'before' else folded}</li>"
    )


HINTS = {
    "several": ' <span class="bk-hint">Choose all that apply.</span>',
    "order": ' <span class="bk-hint">Move the steps into order, the first on top.</span>',
    "match": ' <span class="bk-hint">Choose one for each.</span>',
}


def _key(item: Item) -> str:
    """The attribute that holds the key, alone with the folded answer (see `bookkit.editions`)."""
    content = item.content
    key: Any
    if item.type == "number":
        misses = [miss["value"] for miss in content.get("near_misses", [])]
        key = {name: content[name] for name in ("answer", "tolerance")} | {"misses": misses}
    elif item.type in ("one", "several"):
        key = [n for n, option in enumerate(content["options"]) if option["correct"]]
    else:  # the labels that steps in order, or choices line by line, have on the page
        parts = content["steps" if item.type == "order" else "pairs"]
        key = [shown(item).index(n) for n in range(len(parts))]
    return f' data-key="{_text(json.dumps(key))}"'


def _render_options(item: Item) -> tuple[str, str]:
    kind = "radio" if item.type == "one" else "checkbox"
    name = f"answer-{item.id.replace('.', '-')}"
    options = item.content["options"]
    body = "".join(
        f'<li><label><input type="{kind}" name="{name}" value="{n}"> '
        f"<span>{_text(option['text'])}</span></label></li>"
        for n, option in enumerate(options)
    )
    notes = "".join(
        f'<li data-right="{str(option["correct"]).lower()}">'
        f"<strong>{'Right' if option['correct'] else 'Wrong'}: {_text(option['text'])}.</strong> "
        f"{_note(n, option['feedback'])}</li>"
        for n, option in enumerate(options)
    )
    return f'<ul class="bk-options">{body}</ul>', f'{_why(item)}<ul class="bk-notes">{notes}</ul>'


def _render_number(item: Item) -> tuple[str, str]:
    content = item.content
    body = (
        '<p class="bk-number-field"><label><span>Your answer</span> '
        '<input type="text" inputmode="decimal" maxlength="30" size="12"'
        f"{' data-whole' if isinstance(content['answer'], int) else ''}> "
        f"<span>{_text(content['unit'])}</span></label></p>"
    )
    margin = content["tolerance"]
    spread = f" (up to {_number(margin)} more or less is right)" if margin else ""
    notes = "".join(
        f"<li><strong>{label}:</strong> {_note(name, text)}</li>"
        for label, name, text in [
            *(
                (_number(miss["value"]), f"near-{n}", miss["feedback"])
                for n, miss in enumerate(content.get("near_misses", []))
            ),
            ("Any other lower number", "low", content["low"]),
            ("Any other higher number", "high", content["high"]),
        ]
    )
    key = f"<p><strong>{_number(content['answer'])} {_text(content['unit'])}</strong>{spread}.</p>"
    return body, f'{key}{_why(item)}<ul class="bk-notes">{notes}</ul>'


def _render_steps(item: Item) -> tuple[str, str]:
    steps = item.content["steps"]
    body = "".join(
        f'<li data-step="{label}"><span class="bk-step">{_text(steps[n]["text"])}</span>'
        '<span class="bk-moves" hidden>'
        f'<button type="button" class="bk-up" aria-label="Move up: {_text(steps[n]["text"])}">'
        '<span aria-hidden="true">↑</span></button> '
        f'<button type="button" class="bk-down" aria-label="Move down: {_text(steps[n]["text"])}">'
        '<span aria-hidden="true">↓</span></button></span></li>'
        for label, n in enumerate(shown(item))
    )
    notes = "".join(
        f"<li><strong>{_text(step['text'])}.</strong> "
        f"{_note(shown(item).index(n), step['feedback'])}</li>"
        for n, step in enumerate(steps)
    )
    moved = '<p class="bk-moved" role="status"></p>'  # where a step went, for screen readers
    return (
        f'<ol class="bk-steps">{body}</ol>{moved}',
        f'{_why(item)}<ol class="bk-notes">{notes}</ol>',
    )


def _render_pairs(item: Item) -> tuple[str, str]:
    pairs = item.content["pairs"]
    rights = [pair["right"] for pair in pairs] + list(item.content.get("extra", []))
    listed = [_text(rights[n]) for n in shown(item)]
    choices = '<option value="">Choose</option>' + "".join(
        f'<option value="{label}">{right}</option>' for label, right in enumerate(listed)
    )
    printed = "; ".join(listed)  # on paper no list can be opened
    body = "".join(
        f'<li><label><span class="bk-left">{_text(pair["left"])}</span> '
        f"<select>{choices}</select></label></li>"
        for pair in pairs
    )
    notes = "".join(
        f"<li><strong>{_text(pair['left'])}: {_text(pair['right'])}.</strong> "
        f"{_note(n, pair['feedback'])}</li>"
        for n, pair in enumerate(pairs)
    )
    return (
        f'<ul class="bk-pairs">{body}</ul><p class="bk-choices">Choose from: {printed}.</p>',
        f'{_why(item)}<ul class="bk-notes">{notes}</ul>',
    )


PARTS: dict[str, Callable[[Item], tuple[str, str]]] = {
    "one": _render_options,
    "several": _render_options,
    "number": _render_number,
    "order": _render_steps,
    "match": _render_pairs,
}


def _note(name: int | str, feedback: str) -> str:
    return f'<span data-note="{name}">{_text(feedback)}</span>'


def _why(item: Item) -> str:
    """The reason for the key; for one answer it is the feedback of the right option."""
    if item.type == "one":
        return ""
    return f'<p data-note="why">{_text(item.content["why"])}</p>'


def _again(item: Item, live: bool) -> str:
    """The link to the section that holds the answer, or nothing if the book lacks the chapter."""
    chapters = sorted(CHAPTERS.glob(f"{item.page}.*"))
    if not chapters:
        return ""
    page = data.way_to(chapters[0].name if live else f"{item.page}.html")
    return f'Read again: <a href="{page}#{item.section}">{_text(item.heading)}</a>'


def cited(sources: Sequence[str], live: bool) -> str:
    """Links to these entries of the ledger, for readers named by publisher and date."""
    ledger = data.way_to(f"reference/sources.{'md' if live else 'html'}")
    return "; ".join(
        f'<a href="{ledger}#{source.id}">{_text(who_and_when(source))}</a>'
        for source in data.sources(sources)
    )


def who_and_when(source: data.Source) -> str:
    """Name a source by publisher and date; by author or title if it has no publisher."""
    from bookkit.figure import display_date  # matplotlib is slow to import

    parts = [source.publisher or source.author or source.title, display_date(source.date)]
    return ", ".join(part for part in parts if part)


def _number(value: float) -> str:
    """A number as the book prints it: 16800 as '16,800'."""
    return f"{value:,}"


def _text(text: str) -> str:
    return html.escape(text, quote=True)


# ---- the live widget -----------------------------------------------------------------------------


class QuizWidget(anywidget.AnyWidget):
    """A quiz in a live notebook; its ``text/html`` is the quiz on the built page.

    ``results`` maps the id of each answered item to ``correct`` (whether a try was right before
    the answer was shown), ``tries`` (how many), ``confidence`` (percent, before the first try)
    and ``answer`` (the last).
    """

    _esm = traitlets.Unicode().tag(sync=True)
    _css = traitlets.Unicode().tag(sync=True)
    html = traitlets.Unicode().tag(sync=True)
    records = traitlets.Dict().tag(sync=True)  # what the script saves: item id -> its tries
    results = traitlets.Dict()

    def __init__(self, quiz: Quiz, root: str = "", place: str = "quiz") -> None:
        asked = quiz.items[:LOOK_BACK] if place == "again" else quiz.items
        self._page = render(quiz, root, place=place)
        self._about = f"Quiz: {quiz.title} ({len(asked)} questions)"
        self._ids = tuple(item.id for item in asked)
        super().__init__(
            _esm=_web("quiz-kinds.js", "quiz-places.js", "quiz.js") + LIVE,
            _css=_web("tokens.css", "quiz.css"),
            html=render(quiz, root, live=True, place=place),
        )

    @traitlets.observe("records")
    def _read(self, _change: Any) -> None:
        self.results = {
            name: _result(self.records[name])
            for name in self._ids
            if self.records.get(name, {}).get("tries")
        }

    def score(self) -> tuple[int, int]:
        """How many items were answered correctly, at whichever try, and how many there are."""
        return sum(result["correct"] for result in self.results.values()), len(self._ids)

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        bundle = super()._repr_mimebundle_(**kwargs)
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle or {}, {})
        return {**data, "text/plain": self._about, "text/html": self._page}, metadata


def _result(record: Mapping[str, Any]) -> dict[str, Any]:
    """What a record of the script says; a try after the answer was shown cannot be right."""
    tries = record["tries"]
    return {
        "correct": any(attempt["correct"] for attempt in tries[: record.get("shown")]),
        "tries": len(tries),
        "confidence": tries[0]["confidence"],
        "answer": tries[-1]["answer"],
    }


def _web(*names: str) -> str:
    return "\n".join((WEB / name).read_text(encoding="utf-8") for name in names)


LIVE = """
export default {
  render({ model, el }) {
    el.innerHTML = model.get("html");
    bookkitQuiz.mount(el.firstElementChild, { model });
  },
};
"""
