"""What a page says, for paper and for a wall: links in words, questions with room, no controls.

On paper nothing can be clicked. A citation gets a number, and `Notes` lists the addresses; a link
to another page of the book says which chapter or page it means; what a page asks by buttons and
sliders is asked by boxes and lines.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from functools import cache
from html import escape
from pathlib import Path
from string import ascii_uppercase
from typing import Any

from lxml import etree
from lxml import html as lxml_html

from bookkit import data, quizfile
from bookkit.classroom import chapters
from bookkit.classroom.chapters import Chapter, Figure, inner, outer, words
from bookkit.quizfile import Item

CONFIDENCE = (50, 70, 90)
SOURCE = re.compile(r'href="[^"]*sources\.html#([a-z0-9_-]+)"')
SILENT = ("reference/glossary", "reference/data")  # links that need no words of their own
BOX, RING = '<span class="box"></span>', '<span class="ring"></span>'
# Controls, what scripts show later, and what only a screen can unfold.
CONTROLS = (
    ".//button | .//form[contains(@class, 'bk-js')] | .//*[@hidden] | .//script | .//input"
    " | .//textarea | .//select | .//*[@class='bk-downloads' or @class='bk-nojs']"
    " | .//details[contains(@class, 'above-input') or @class='bk-values' or @class='bk-more']"
    " | .//*[contains(@class, 'bk-js')] | .//*[@class='bk-hidden'] | .//div[@role='status']"
)


def faces(html: Path) -> str:
    """The rules of the built book for its typeface, whose files lie in a folder ``fonts``."""
    style = (html / "_static" / "book.css").read_text(encoding="utf-8")
    return "\n".join(re.findall(r'@font-face\{[^}]*"?Source Sans Pro"?[^}]*\}', style))


@dataclass
class Notes:
    """The sources that a print cites, numbered in order of first use."""

    numbers: dict[str, int] = field(default_factory=dict)  # id in sources.bib, or a web address
    first: int = 1

    def mark(self, source: str) -> str:
        """The number of a source, as a link to its entry."""
        number = self.numbers.setdefault(source, len(self.numbers) + self.first)
        return f'<a class="note" href="#note-{number}">[{number}]</a>'

    def html(self) -> str:
        """The list itself, each entry with its address in print; empty if nothing is cited."""
        known = [key for key in self.numbers if "://" not in key]
        entries = {source.id: source for source in data.sources(known)} if known else {}
        rows = "".join(
            f'<li id="note-{number}"><span class="at">[{number}]</span> '
            f"{_entry(entries[key]) if key in entries else _address(key)}</li>"
            for key, number in self.numbers.items()
        )
        return f'<ul class="notes">{rows}</ul>' if rows else ""


def _entry(source: data.Source) -> str:
    from bookkit.figure import display_date  # matplotlib is slow to import

    who = f"{escape(source.author)}: " if source.author else ""
    facts = [source.publisher, display_date(source.date), source.via]
    where = ", ".join(escape(fact) for fact in facts if fact)
    return f"{who}<cite>{escape(source.title)}</cite>. {where}. {_address(source.url)}"


def _address(url: str) -> str:
    return f'<a class="address" href="{escape(url, quote=True)}">{escape(url)}</a>' if url else ""


@dataclass(frozen=True)
class Places:
    """Where links of the book lead, in words that help on paper."""

    html: Path
    chapters: tuple[Chapter, ...]

    def words(self, page: str, fragment: str) -> str:
        """The chapter and section, or the page's title; empty if that page was not built."""
        for chapter in self.chapters:
            if chapter.page == page:
                return f"chapter {chapter.number}{_section_of(chapter, fragment)}"
        path = self.html / "chapters" / f"{page}.html"
        if not path.is_file():
            return ""
        text = path.read_text(encoding="utf-8")
        found = re.search(r"<h1>(.*?)(?:<a\b|</h1>)", text, re.S)
        return f"the page “{words(lxml_html.fromstring(found[1]))}”" if found else ""


def _section_of(chapter: Chapter, fragment: str) -> str:
    try:
        heading = chapter.section(fragment).heading if fragment else ""
    except chapters.ChapterError:
        return ""
    number = re.match(r"\d+\.\d+", heading)
    return f", section {number[0]}" if number else ""


@dataclass
class Paper:
    """One print: the page it is made from, its notes, and whether it may show answers."""

    page: str  # below chapters/, such as labs/source-lab
    places: Places
    notes: Notes = field(default_factory=Notes)
    answers: bool = False
    cite: bool = True  # number the sources; on slides there is no room for their list

    def html(self, markup: str) -> str:
        """A piece of a page's HTML, ready for paper."""
        if not markup.strip():
            return ""
        return inner(self.element(lxml_html.fragment_fromstring(markup, create_parent="div")))

    def element(self, element: Any) -> Any:
        """A copy of a page's element, ready for paper."""
        box = lxml_html.Element("div")
        box.append(deepcopy(element))
        box[0].tail = None
        for path, render in self._parts().items():
            for found in box.xpath(path):
                if found.getparent() is not None:
                    _replace(found, render(found))
        for found in reversed(box.xpath(CONTROLS)):
            if found.getparent() is not None:
                found.drop_tree()
        for found in box.xpath(".//details"):
            _open(found)
        for found in box.xpath(".//blockquote[contains(., '…')]"):
            if self.cite and not self.answers:  # a sentence to be finished by hand
                found.addnext(lxml_html.fragment_fromstring(lines(2)))
        for link in box.xpath(".//a"):
            self._link(link)
        for found in box.xpath(".//*[@id or @tabindex or @role]"):
            if not found.xpath("ancestor-or-self::svg"):  # ids of several pieces would clash
                for name in ("id", "tabindex", "role", "aria-label", "aria-labelledby"):
                    found.attrib.pop(name, None)
        _loosen(box)
        return box[0] if len(box) == 1 and not (box.text or "").strip() else box

    def _parts(self) -> dict[str, Callable[[Any], str]]:
        """What stands on a page for a screen, and how paper has it; the outermost first."""
        return {
            ".//details[contains(@class, 'sd-dropdown')]": self._answer,
            ".//section[contains(@class, 'bk-quiz')]": self._quiz,
            ".//section[contains(@class, 'bk-board')]": self._board,
            ".//section[contains(@class, 'bk-predict')]": self._predict,
            ".//section[contains(@class, 'bk-forecast')]": self._forecasts,
            ".//figure[contains(@class, 'bk-figure')]": self._chart,
        }

    def _answer(self, details: Any) -> str:
        if not self.answers:
            return ""
        title = words(details.find("summary"))
        body = "".join(inner(part) for part in details if part.tag != "summary")
        return f'<div class="answer"><p class="answer-title">{escape(title)}</p>{body}</div>'

    def _quiz(self, section: Any) -> str:
        asked = asked_in(section)
        title = words(section.xpath(".//p[@class='bk-quiz-title']")[0])
        key = self.key(asked) if self.answers else ""
        return f'<div class="quiz"><h3>{escape(title)}</h3>{self.questions(asked)}{key}</div>'

    def _board(self, section: Any) -> str:
        return self.board(section) + (self.board_key(section) if self.answers else "")

    def _predict(self, section: Any) -> str:
        figure = "".join(outer(found) for found in section.iter("figure"))
        return guess(section) + figure + (explained(section) if self.answers else "")

    def _forecasts(self, section: Any) -> str:
        if section.get("data-place") != "score":
            return forecasts(section) + (outcomes(section) if self.answers else "")
        return outcomes(section) if self.answers else "<p>On paper: the key has the outcomes.</p>"

    def _chart(self, figure: Any) -> str:
        return self.chart(chapters.figure(figure), linked=False)

    # ---- links -----------------------------------------------------------------------------------

    def _link(self, link: Any) -> None:
        """Turn one link into words, with the number of its source or the name of its page."""
        target = link.get("href") or ""
        if link.get("class") in ("note", "address"):
            return
        path, _, fragment = target.partition("#")
        said = ""
        if "://" in path:
            said = self.notes.mark(target) if self.cite else ""
        elif path.endswith(".html"):
            here = posixpath.dirname(self.page)
            page = posixpath.normpath(posixpath.join(here, path.removesuffix(".html")))
            if page == "reference/sources" and fragment:
                said = self.notes.mark(fragment) if self.cite else ""
            elif not page.startswith(SILENT):
                said = _unless_said(self.places.words(page, fragment), words(link))
        if said:
            text = lxml_html.fragment_fromstring(f"<b> {said}</b>")
            text.tail, link.tail = link.tail, None
            link.addnext(text)
            _unwrap(text)
        _unwrap(link)

    # ---- pieces ----------------------------------------------------------------------------------

    def chart(self, figure: Figure, linked: bool = True) -> str:
        """A chart with its title, caption and sources; its alternative text stands in the drawing.

        ``linked``: links are put into words here, as needed outside of `element`.
        """
        clean = self.html if linked else str
        setting = f"<p class='setting'>{escape(figure.setting)}</p>" if figure.setting else ""
        caption = f"<p class='caption'>{clean(figure.caption_html)}</p>"
        shown, more, folded = figure.source_html.partition(chapters.MORE)
        line = clean(shown)
        if more:  # folded away on the page too; their addresses would fill sheets of paper
            line += f"And {len(SOURCE.findall(folded))} more in the book."
        return (
            f'<figure class="chart"><figcaption>{escape(figure.title)}</figcaption>'
            f"{figure.svg_html}{setting}{caption if figure.caption_html else ''}"
            f'<p class="source">{line}</p></figure>'
        )

    def questions(self, items: Sequence[Item], first: int = 1) -> str:
        """Quiz items without their key, numbered from ``first``."""
        rows = "".join(
            f'<li class="question"><p class="stem"><span class="at">{number}</span> '
            f"{escape(item.stem)}{HINTS.get(item.type, '')}"
            f' <span class="item">{item.id}</span></p>{ASKED[item.type](item)}{SURE}</li>'
            for number, item in enumerate(items, start=first)
        )
        return f'<ol class="questions">{rows}</ol>'

    def key(self, items: Sequence[Item], first: int = 1) -> str:
        """The answers to what `questions` asked, each with its feedback and sources."""
        rows = "".join(
            f'<li class="solved"><p class="stem"><span class="at">{number}</span> '
            f'{escape(item.stem)} <span class="item">{item.id}</span></p>'
            f"{SOLVED[item.type](item)}"
            f'<p class="from">Section: {escape(item.heading)}. Sources: '
            f"{' '.join(self.notes.mark(source) for source in item.sources)}</p></li>"
            for number, item in enumerate(items, start=first)
        )
        return f'<ol class="questions">{rows}</ol>'

    def board(self, section: Any) -> str:
        """A board on paper: cards with a box each, the places as letters; its key if allowed."""
        title = words(section.xpath(".//p[@class='bk-heading']")[0])
        asked = words(section.xpath(".//p[@class='bk-question']")[0])
        places = [
            "".join(f"{words(part)}. " for part in spot.xpath("./p")).replace("?.", "?").strip()
            for spot in section.xpath(".//div[@class='bk-spot']")
        ]
        how = "Write the letter of its place in front of each card."
        if not places:
            how = "Number the cards, 1 for the first."
        proofs = [words(proof) for proof in section.xpath(".//ul[@class='bk-proofs']/li")]
        if proofs:
            how += " Then write the number of a piece of evidence after it."
        lettered = "".join(
            f"<li><b>{letter}</b> {escape(place)}</li>"
            for letter, place in zip(ascii_uppercase, places, strict=False)
        )
        numbered = "".join(
            f"<li><b>{n}</b> {escape(re.sub('^[A-Z]: ?', '', proof))}</li>"
            for n, proof in enumerate(proofs, start=1)
        )
        after = " <span class='blank short'></span>" if proofs else ""
        cards = "".join(
            f"<li>{BOX} {escape(words(card))}{after}</li>"
            for card in section.xpath(".//li[@class='bk-piece']/span[@class='bk-text']")
        )
        return (
            f'<div class="board"><h3>{escape(title)}</h3><p>{escape(asked)} {how}</p>'
            f"{f'<ul class=places>{lettered}</ul>' if places else ''}"
            f'<ul class="cards">{cards}</ul>'
            f"{f'<ul class=places>{numbered}</ul>' if proofs else ''}</div>"
            f"{self.board_key(section) if self.answers else ''}"
        )

    def board_key(self, section: Any) -> str:
        """Where the cards of a board go, and why."""
        rows = "".join(
            f"<li><b>{escape(words(row.find('strong')))}</b>: "
            + " ".join(
                f"{escape(words(part))}{'.' if part.get('class') == 'bk-goes' else ''}"
                for part in row.iter("span")
                if part.get("class") in ("bk-goes", "bk-reason")
            )
            + "</li>"
            for row in section.xpath(".//details[@class='bk-answer']//li[@data-note]")
        )
        title = words(section.xpath(".//p[@class='bk-heading']")[0])
        return f'<div class="answer"><h3>{escape(title)}</h3><ul>{rows}</ul></div>'


def _unless_said(place: str, text: str) -> str:
    """The words for a place, unless the words of the link name it already."""
    title = re.sub(r"^the page “|”$", "", place).lower()
    named = re.search(r"(chapter|section)s? \d", text.lower()) or title in text.lower()
    return "" if named or not place else f"({escape(place)})"


def _replace(element: Any, markup: str) -> None:
    """Put other HTML in the place of an element."""
    if markup:
        made = lxml_html.fragment_fromstring(markup, create_parent="div")
        made.tail, element.tail = element.tail, None
        element.getparent().replace(element, made)
    else:
        element.drop_tree()


def _unwrap(element: Any) -> None:
    """Leave an element's content in its place."""
    element.drop_tag()


def _open(details: Any) -> None:
    """Show what an element unfolds."""
    details.tag = "div"
    details.attrib.clear()
    for summary in details.findall("summary"):
        summary.tag = "p"
        summary.attrib.clear()
        summary.set("class", "unfolded")


def _loosen(box: Any) -> None:
    """Drop boxes that hold nothing, and labels of fields that are gone."""
    for found in reversed(box.xpath(".//div[not(node())] | .//p[not(node())] | .//form[not(*)]")):
        found.drop_tree()
    etree.strip_tags(box, "form", "label", "fieldset")


# ---- questions -----------------------------------------------------------------------------------

HINTS = {
    "several": ' <em class="hint">More than one is right: mark all that apply.</em>',
    "order": ' <em class="hint">Number the steps, 1 for the first.</em>',
    "match": ' <em class="hint">Write one letter for each.</em>',
}
SURE = (
    '<p class="sure">How sure are you? '
    + " ".join(f"{BOX}&nbsp;{percent}&nbsp;%" for percent in CONFIDENCE)
    + "</p>"
)


def asked_in(section: Any) -> tuple[Item, ...]:
    """The items that a quiz on the page asks without scripts, in its order."""
    path = ".//li[contains(@class, 'bk-item') and not(@hidden)]/@data-item"
    bank = _bank()
    return tuple(bank[str(found)] for found in section.xpath(path))


@cache
def _bank() -> dict[str, Item]:
    """Every quiz item of the book; reading the files once is what makes handouts quick."""
    names = sorted(path.stem for path in (data.ROOT / "data" / "quiz").glob("*.yml"))
    return {item.id: item for name in names for item in quizfile.load(name).items}


def letters(item: Item) -> dict[int, str]:
    """The letter that stands before each option or choice: index in the file -> letter."""
    return {index: ascii_uppercase[at] for at, index in enumerate(quizfile.shown(item))}


def choices(item: Item) -> list[str]:
    """What can be chosen in a match, by index in the file."""
    return [pair["right"] for pair in item.content["pairs"]] + list(item.content.get("extra", []))


def _ask_options(item: Item) -> str:
    mark = RING if item.type == "one" else BOX
    options = item.content["options"]
    rows = "".join(
        f"<li>{mark} <b>{letter}</b> {escape(options[index]['text'])}</li>"
        for index, letter in letters(item).items()
    )
    return f'<ul class="options">{rows}</ul>'


def _ask_number(item: Item) -> str:
    unit = escape(item.content["unit"])
    return f'<p class="number">Answer: <span class="blank"></span> {unit}</p>'


def _ask_steps(item: Item) -> str:
    steps = item.content["steps"]
    rows = "".join(
        f"<li>{BOX} {escape(steps[index]['text'])}</li>" for index in quizfile.shown(item)
    )
    return f'<ul class="options">{rows}</ul>'


def _ask_pairs(item: Item) -> str:
    rows = "".join(f"<li>{BOX} {escape(pair['left'])}</li>" for pair in item.content["pairs"])
    texts = choices(item)
    offered = "".join(
        f"<li><b>{letter}</b> {escape(texts[index])}</li>"
        for index, letter in letters(item).items()
    )
    return f'<ul class="options">{rows}</ul><ul class="choices">{offered}</ul>'


def _why(item: Item) -> str:
    return f"<p>{escape(item.content['why'])}</p>" if "why" in item.content else ""


def _feedback(rows: Iterable[tuple[str, str]]) -> str:
    listed = "".join(f"<li><b>{name}</b> {escape(text)}</li>" for name, text in rows)
    return f'<ul class="feedback">{listed}</ul>'


def _solve_options(item: Item) -> str:
    options = item.content["options"]
    named = letters(item)
    right = ", ".join(named[n] for n, option in enumerate(options) if option["correct"])
    notes = _feedback(
        (f"{named[n]} {'✓' if option['correct'] else '✗'}", option["feedback"])
        for n, option in enumerate(options)
    )
    return f'<p class="right">Answer: {right}</p>{_why(item)}{notes}'


def _solve_number(item: Item) -> str:
    content = item.content
    spread = f" (up to {content['tolerance']:,} either way)" if content["tolerance"] else ""
    notes = _feedback(
        [
            *((f"{miss['value']:,}", miss["feedback"]) for miss in content.get("near_misses", ())),
            ("Lower", content["low"]),
            ("Higher", content["high"]),
        ]
    )
    right = f"{content['answer']:,} {escape(content['unit'])}{spread}"
    return f'<p class="right">Answer: {right}</p>{_why(item)}{notes}'


def _solve_steps(item: Item) -> str:
    right = ", ".join(str(index + 1) for index in quizfile.shown(item))
    notes = _feedback(
        (f"{n} {escape(step['text'])}.", step["feedback"])
        for n, step in enumerate(item.content["steps"], start=1)
    )
    return f'<p class="right">Answer, from the top: {right}</p>{_why(item)}{notes}'


def _solve_pairs(item: Item) -> str:
    named = letters(item)
    pairs = item.content["pairs"]
    right = ", ".join(named[n] for n in range(len(pairs)))
    notes = _feedback(
        (f"{escape(pair['left'])}: {named[n]} {escape(pair['right'])}.", pair["feedback"])
        for n, pair in enumerate(pairs)
    )
    return f'<p class="right">Answer, from the top: {right}</p>{_why(item)}{notes}'


ASKED: dict[str, Callable[[Item], str]] = {
    "one": _ask_options,
    "several": _ask_options,
    "number": _ask_number,
    "order": _ask_steps,
    "match": _ask_pairs,
}
SOLVED: dict[str, Callable[[Item], str]] = {
    "one": _solve_options,
    "several": _solve_options,
    "number": _solve_number,
    "order": _solve_steps,
    "match": _solve_pairs,
}


# ---- guesses and forecasts -----------------------------------------------------------------------


def lines(number: int) -> str:
    """So many lines to write on."""
    return f'<div class="lines">{"<i></i>" * number}</div>'


def guess(section: Any) -> str:
    """The question of a prediction, with a blank for each value that the reader guesses."""
    asked = words(section.xpath("./p[@class='bk-title']")[0])
    named = [words(label) for label in section.xpath(".//div[@class='bk-handle']/label/span")]
    blanks = "".join(f"<li>{escape(name)} <span class='blank short'></span></li>" for name in named)
    return f'<div class="guess"><p class="stem">{escape(asked)}</p><ul>{blanks}</ul></div>'


def forecasts(section: Any) -> str:
    """Forecast questions with a blank for the chance and a line for the reason."""
    rows = "".join(
        f'<li class="question"><p class="stem">{escape(words(question.find(".//legend")))}</p>'
        + "".join(
            f"<p>{inner(part)}</p>"
            for part in question.xpath(".//p[@class='bk-known' or @class='bk-rule']")
        )
        + '<p>Chance of yes: <span class="blank short"></span> per cent. My reason:</p>'
        + lines(1)
        + "</li>"
        for question in section.xpath(".//li[@class='bk-question']")
    )
    return f'<ol class="questions">{rows}</ol>' if rows else ""


def explained(section: Any) -> str:
    """How the book explains what surprises in the answer to a prediction."""
    asked = words(section.xpath("./p[@class='bk-title']")[0])
    shown = words(next(section.iter("figcaption")))
    body = "".join(inner(part) for part in section.xpath(".//div[@class='bk-explain']"))
    title = f'<p class="stem">{escape(asked)} <b>{escape(shown)}.</b></p>'
    return f'<div class="answer">{title}{body}</div>'


def outcomes(section: Any) -> str:
    """What happened, for forecast questions whose page tells it."""
    rows = "".join(
        f"<li><b>{escape(words(question.find('.//legend')))}</b> "
        + " ".join(inner(part) for part in told if part.tag != "summary")
        + "</li>"
        for question in section.xpath(".//li[@class='bk-question']")
        for told in question.xpath(".//details[@class='bk-outcome']")
    )
    return f'<div class="answer"><ul>{rows}</ul></div>' if rows else ""
