"""Slides: a deck a chapter, made from the built page, shown by reveal.js without any server.

A deck holds the chapter's objectives, key points, charts, documents, questions with their answers
and its last line, with notes for the speaker. It works from ``file://``; without scripts the
slides stand one below the other. reveal.js comes with the package sphinx-revealjs.
"""

from __future__ import annotations

import itertools
import re
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape
from importlib import resources
from pathlib import Path
from typing import Any

from lxml import html as lxml_html

from bookkit.assets import WEB
from bookkit.classroom import chapters, paper
from bookkit.classroom.chapters import Chapter, Figure, Section, inner, words
from bookkit.classroom.paper import Paper, Places
from bookkit.quizfile import Item

HERE = Path(__file__).parent
BOOK = "Alone beside a giant?"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'"
)
# Room for a chart beside its words, in pixels of a slide of 1280 by 720, and how small its labels
# (10.5 units) may then be. Charts that would have smaller ones are shown again in parts.
BESIDE_HEIGHT, BELOW_HEIGHT, SMALLEST, LABEL = 664, 490, 20, 10.5
NOT_TAUGHT = (  # sections that are slides of another kind, or none
    "before-you-read-two-guesses", "exercises", "talk-about-it", "check-yourself", "look-back",
    "what-would-change-my-mind", "sources-for-this-chapter", "where-to-go-from-here",
)  # fmt: skip
WORDS_ON_A_SLIDE = 115
WORDS_IN_NOTES = 130


@dataclass(frozen=True)
class Slide:
    """One slide: what is shown, and what its speaker may say."""

    kind: str  # title, words, section, chart, guess, question, answer, document, ...
    label: str  # names the slide in the notes and for screen readers
    body: str
    notes: str = ""


def write(folder: Path, html: Path) -> list[Path]:
    """Write a deck for each chapter of the built book, and the assets that all share."""
    read = chapters.read(html)
    places = Places(html, read)
    folder.mkdir(parents=True, exist_ok=True)
    paths = write_assets(folder / "assets", html)
    for chapter in read:
        path = folder / f"{chapter.page}.html"
        path.write_text(deck(chapter, slides(chapter, places)), encoding="utf-8")
        paths.append(path)
    return paths


def write_assets(folder: Path, html: Path) -> list[Path]:
    """reveal.js with its licence, our style and script, and the book's fonts."""
    folder.mkdir(parents=True, exist_ok=True)
    home = resources.files("sphinx_revealjs") / "_static" / "revealjs"
    files = {
        "reveal.js": (home / "dist" / "reveal.js").read_text(encoding="utf-8"),
        "reveal.css": (home / "dist" / "reveal.css").read_text(encoding="utf-8"),
        "reveal-LICENSE.txt": (home / "LICENSE").read_text(encoding="utf-8"),
        "slides.js": (HERE / "slides.js").read_text(encoding="utf-8"),
        "slides.css": _style(html),
        "favicon.svg": (WEB / "favicon.svg").read_text(encoding="utf-8"),
    }
    files["reveal.js"] = re.sub(r"//# sourceMappingURL=.*", "", files["reveal.js"])
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    shutil.copytree(html / "_static" / "fonts", folder / "fonts", dirs_exist_ok=True)
    return [*(folder / name for name in files), *sorted((folder / "fonts").iterdir())]


def _style(html: Path) -> str:
    tokens = (WEB / "tokens.css").read_text(encoding="utf-8")
    own = (HERE / "slides.css").read_text(encoding="utf-8")
    return "\n".join([paper.faces(html), tokens, own])


def deck(chapter: Chapter, made: Iterable[Slide]) -> str:
    """The HTML of a deck."""
    title = f"{chapter.number} {chapter.title} · Slides"
    sections = "".join(
        f'<section class="slide {slide.kind}" id="slide-{number}" '
        f'aria-label="Slide {number}: {escape(slide.label, quote=True)}">'
        f'<div class="shown">{slide.body}</div><p class="page">{number}</p>'
        f'<div class="notes"><p class="notes-title">Notes</p>{slide.notes}</div></section>\n'
        for number, slide in enumerate(made, start=1)
    )
    return (
        '<!DOCTYPE html>\n<html lang="en-GB"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        f"<title>{escape(title)}</title>"
        '<link rel="stylesheet" href="assets/reveal.css">'
        '<link rel="stylesheet" href="assets/slides.css">'
        '<link rel="icon" href="assets/favicon.svg"></head>\n'
        f'<body><div class="deck"><main class="slides">\n{sections}</main></div>\n'
        '<script src="assets/reveal.js"></script><script src="assets/slides.js"></script>'
        "</body></html>\n"
    )


# ---- what a deck holds ---------------------------------------------------------------------------


def slides(chapter: Chapter, places: Places) -> list[Slide]:
    """The slides of a chapter, in the order of a lesson."""
    sheet = Paper(chapter.page, places, cite=False)
    minutes = minutes_of(chapter)
    made = [_title(chapter, sheet), *_content_note(chapter, sheet), _objectives(chapter)]
    made += _two_guesses(chapter, sheet)
    shown: list[Figure] = []
    for section in chapter.sections:
        if section.id not in NOT_TAUGHT and not section.id.startswith("before-you-begin"):
            made += _section(chapter, section, minutes[section.id], sheet, shown)
    made += _talk(chapter, sheet)
    made += [
        slide
        for section in chapter.sections
        if section.id == "check-yourself"
        for quiz in section.element.xpath(".//section[contains(@class, 'bk-quiz')]")
        for slide in _quiz(quiz)
    ]
    made += _last_line(chapter, sheet)
    return [*made, *_sources(chapter, sheet)]


def minutes_of(chapter: Chapter) -> dict[str, int]:
    """How many of the chapter's minutes each section takes, by the words and charts it holds."""
    weights = {
        section.id: sum(len(words(part).split()) for part in _prose(section.element))
        + 60 * len(chapters.figures(section.element))
        for section in chapter.sections
        if section.id not in NOT_TAUGHT
    }
    total = sum(weights.values()) or 1
    return {name: max(1, round(chapter.minutes * part / total)) for name, part in weights.items()}


def _prose(element: Any) -> list[Any]:
    """The paragraphs and list items in the running text of a section."""
    components = "ancestor::*[starts-with(@class, 'bk-')] or starts-with(@class, 'bk-')"
    return [
        part
        for part in element.xpath(f".//p[not({components}) and not(ancestor::details)]")
        if part.get("class") != "admonition-title"
    ]


def _title(chapter: Chapter, sheet: Paper) -> Slide:
    lead = sheet.html(inner(chapter.opening.find("p")))
    body = (
        f'<p class="kicker">{BOOK} · Chapter {chapter.number}</p>'
        f'<h1>{escape(chapter.title)}</h1><p class="lead">{lead}</p>'
    )
    notes = (
        f"<p>The chapter takes about {chapter.minutes} minutes to read. A lesson needs a choice: "
        "take the slides that serve your aim, and leave the others for reading.</p>"
        "<p>Keys: arrows or space to go on, S opens these notes in a window of their own, "
        "T puts them on the slide, O is the overview, F fills the screen, D changes light "
        "and dark, B makes the screen blank.</p>"
    )
    return Slide("title", chapter.title, body, notes)


def _content_note(chapter: Chapter, sheet: Paper) -> list[Slide]:
    """What the page says to readers whom the subject may hurt."""
    found: list[str] = []
    heading = "Before you start"
    for part in chapters.content_note(chapter):
        text = re.sub(r"^<strong>[^<]*:</strong>\s*", "", inner(part))
        found.append(text[:1].upper() + text[1:])
    for section in chapter.sections:
        if section.id.startswith("before-you-begin"):
            heading = section.heading
            found += [inner(part) for part in section.element.iter("p")]
    notes = (
        "<p>Read it out, and mean it. Nobody has to speak for a country or a family. "
        "Agree on a sign by which anyone may leave the room.</p>"
    )
    return _prose_slides("words", heading, [sheet.html(text) for text in found], notes)


def _prose_slides(
    kind: str, heading: str, paragraphs: Iterable[str], notes: str = ""
) -> list[Slide]:
    """Paragraphs of HTML on as few slides as they fit on."""
    pages: list[list[str]] = []
    room = 0
    for text in paragraphs:
        length = _count(text)
        if length > room or not pages:
            pages.append([])
            room = WORDS_ON_A_SLIDE
        pages[-1].append(f"<p>{text}</p>")
        room -= length
    return [
        Slide(
            f"{kind} {_size(''.join(page))}",
            heading if len(pages) == 1 else f"{heading} ({number} of {len(pages)})",
            f"<h2>{escape(heading)}</h2>{''.join(page)}",
            notes,
        )
        for number, page in enumerate(pages, start=1)
    ]


def _bare(item: Any) -> str:
    """The HTML of a list item without the paragraph around it."""
    return inner(item[0]) if len(item) == 1 and item[0].tag == "p" else inner(item)


def _count(markup: str) -> int:
    return len(re.sub(r"<[^>]+>", " ", markup).split())


def _size(markup: str) -> str:
    """The class for a text of this length: the less there is, the larger it stands."""
    length = _count(markup)
    return "few" if length <= 45 else "some" if length <= 85 else "many"


def _objectives(chapter: Chapter) -> Slide:
    rows = "".join(f"<li>{escape(text)}</li>" for text in chapter.objectives)
    body = f"<h2>At the end you can</h2><ul>{rows}</ul>"
    notes = "<p>Ask which of these anyone could do today. Come back to the list at the end.</p>"
    return Slide("words few", "Objectives", body, notes)


def _two_guesses(chapter: Chapter, sheet: Paper) -> list[Slide]:
    made = []
    for section in chapter.sections:
        if section.id == "before-you-read-two-guesses":
            items = [sheet.html(_bare(item)) for item in section.element.iter("li")]
            told = [words(part) for part in section.element.findall("p")]
            rows = "".join(f"<li>{text}</li>" for text in items)
            body = f"<h2>Two guesses</h2><ol>{rows}</ol>"
            notes = "<p>Two minutes, in writing, before anyone speaks.</p>" + _paragraphs(told)
            made.append(Slide(f"words {_size(body)}", "Two guesses", body, notes))
    return made


def _paragraphs(texts: Iterable[str]) -> str:
    return "".join(f"<p>{escape(text)}</p>" for text in texts if text)


# ---- sections ------------------------------------------------------------------------------------


def _section(
    chapter: Chapter, section: Section, minutes: int, sheet: Paper, shown: list[Figure]
) -> list[Slide]:
    points = [
        point for point in chapter.key_points if chapter.section(point.section).id == section.id
    ]
    rows = "".join(f'<p class="point">{escape(point.text)}</p>' for point in points)
    said = _shorten(words(part) for part in _prose(section.element))
    about = "1 minute" if minutes == 1 else f"{minutes} minutes"
    notes = f"<p><strong>About {about} of reading.</strong></p>{_paragraphs(said)}"
    body = f"<h2>{escape(section.heading)}</h2>{rows}"
    made = [Slide("section", section.heading, body, notes)]
    for part in _teachable(section.element):
        made += _part(part, section, sheet, shown)
    return made


def _teachable(element: Any) -> list[Any]:
    """Charts, boxes, quizzes, boards and forecasts of a section, in reading order."""
    path = (
        ".//figure[contains(@class, 'bk-figure')] | .//div[contains(@class, 'admonition')]"
        " | .//section[contains(@class, 'bk-quiz') or contains(@class, 'bk-board')"
        " or contains(@class, 'bk-forecast')]"
    )
    folded = "ancestor::details[not(@class='bk-reveal')]"
    return [part for part in element.xpath(path) if not part.xpath(folded)]


def _part(part: Any, section: Section, sheet: Paper, shown: list[Figure]) -> list[Slide]:
    names = (part.get("class") or "").split()
    if part.tag == "figure":
        return _chart(part, sheet, shown)
    if "bk-quiz" in names:
        return _quiz(part)
    if "bk-board" in names:
        return [_board(part)]
    if "bk-forecast" in names:
        return _forecasts(part, sheet)
    if "tip" in names:
        return _box(part, "document", sheet)
    if "warning" in names:
        return _claim(part, sheet)
    return []


def _shorten(paragraphs: Iterable[str]) -> list[str]:
    """The first paragraphs, whole sentences only, up to WORDS_IN_NOTES words."""
    kept: list[str] = []
    room = WORDS_IN_NOTES
    for text in paragraphs:
        taken = ""
        for sentence in re.split(r"(?<=[.!?”)])\s+(?=[A-Z“])", text):
            room -= len(sentence.split())
            if room < 0:
                break
            taken += f"{sentence} "
        if taken:
            kept.append(taken.strip())
        if room < 0:
            break
    return kept


def _box(box: Any, kind: str, sheet: Paper) -> list[Slide]:
    title = words(box.find("p"))
    paragraphs = [sheet.html(inner(part)) for part in box.findall("p")[1:]]
    notes = "<p>Let somebody read it aloud. Then ask: who wrote it, for whom, and when?</p>"
    return _prose_slides(kind, title, paragraphs, notes)


def _claim(box: Any, sheet: Paper) -> list[Slide]:
    """A common half-truth: first alone, to be talked about, then with the answer."""
    title = words(box.find("p"))
    answer = "".join(f"<p>{sheet.html(inner(part))}</p>" for part in box.findall("p")[1:])
    body = f"<h2>{escape(title)}</h2><div class='fragment'>{answer}</div>"
    notes = (
        "<p>Show the claim alone. Hands: right, wrong, incomplete? Collect one reason each, "
        "then go on.</p>"
    )
    return [Slide(f"claim {_size(answer)}", title, body, notes)]


# ---- charts --------------------------------------------------------------------------------------


def _chart(element: Any, sheet: Paper, shown: list[Figure]) -> list[Slide]:
    figure = chapters.figure(element)
    if any(chapters.repeats(figure, other) for other in shown):
        return []
    shown.append(figure)
    made = []
    predictions = element.xpath("ancestor::section[contains(@class, 'bk-predict')]")
    explained = ""
    for prediction in predictions:
        made.append(_guess(prediction, figure))
        told = prediction.xpath(".//*[@class='bk-explain']/p")
        explained = _paragraphs(words(part) for part in told)
    after = _next_paragraph(predictions[0] if predictions else element)
    notes = (
        f"<p><strong>In words:</strong> {escape(figure.alt)}</p>"
        f"<p>{escape(_plain(figure.caption_html))} {escape(figure.setting)}</p>"
        f"{explained or _paragraphs(_shorten([after]))}"
        f"<p>{escape(_plain(figure.source_html))}</p>"
    )
    height = _viewbox(figure)[1]
    layout = "below" if height * SMALLEST <= BELOW_HEIGHT * LABEL else "beside"
    made.append(
        Slide(f"chart {layout}", figure.title, _chart_body(figure, _drawing(figure)), notes)
    )
    made += [
        Slide("chart beside", label, _chart_body(figure, look, label), notes)
        for label, look in _closer(figure)
    ]
    return made


def _plain(markup: str) -> str:
    return words(lxml_html.fragment_fromstring(markup, create_parent="p")) if markup else ""


def _next_paragraph(element: Any) -> str:
    """The paragraph that follows a chart's cell on the page."""
    cell = element
    while cell is not None and "cell" not in (cell.get("class") or "").split():
        cell = cell.getparent()
    following = cell.getnext() if cell is not None else None
    return words(following) if following is not None and following.tag == "p" else ""


def _viewbox(figure: Figure) -> tuple[float, float]:
    found = re.search(r'viewBox="[-\d.]+ [-\d.]+ ([\d.]+) ([\d.]+)"', figure.svg_html)
    assert found, "figure.svg always writes a viewBox"
    return float(found[1]), float(found[2])


def _drawing(figure: Figure) -> str:
    """The chart's drawing, its last group named so that parts of it can be shown again."""
    start = figure.svg_html.rindex("</defs>") if "</defs>" in figure.svg_html else 0
    at = figure.svg_html.index("<g ", start)
    named = f'<g id="{figure.name}-drawing" '
    return figure.svg_html[:at] + named + figure.svg_html[at + len("<g ") :]


def _chart_body(figure: Figure, drawing: str, part: str = "") -> str:
    shown = f'<p class="part">{escape(part)}</p>' if part else ""
    return (
        f'<div class="about"><h2>{escape(figure.title)}</h2>{shown}'
        f'<p class="source">{escape(short_source(figure))}</p></div>'
        f'<div class="drawing">{drawing}</div>'
    )


def short_source(figure: Figure) -> str:
    """The first sources of a chart, short enough for a slide; the notes have all."""
    line = _plain(figure.source_html)
    head, _, rest = re.split(r"\. (?:Table|Base map|More sources)", line)[0].partition(": ")
    named = rest.rstrip(".").split("; ")
    if len(named) < 2 and "More sources" not in line:
        return f"{head}: {named[0]}."
    return f"{head}: {named[0]}, and others named in the book."


def _closer(figure: Figure) -> Iterator[tuple[str, str]]:
    """Parts of a tall chart, each large enough to read from the back of a room."""
    width, height = _viewbox(figure)
    most = BESIDE_HEIGHT * LABEL / SMALLEST  # units of the drawing that one slide holds
    if height <= most:
        return
    count = int(-(-height // (most - 2 * LABEL)))
    cuts = [0.0, *(_gap(figure, height * n / count, height) for n in range(1, count)), height]
    for number, (top, bottom) in enumerate(itertools.pairwise(cuts), start=1):
        label = f"A closer look, {number} of {count}"
        name = escape(f"{figure.title}, part {number} of {count}", quote=True)
        yield (
            label,
            f'<svg role="img" aria-label="{name}" viewBox="0 0 {width:g} {bottom - top:g}">'
            f'<svg width="{width:g}" height="{bottom - top:g}" '  # clips what is above and below
            f'viewBox="0 {top:g} {width:g} {bottom - top:g}">'
            f'<use href="#{figure.name}-drawing"/></svg></svg>',
        )


def _gap(figure: Figure, wanted: float, height: float) -> float:
    """A height near the wanted one at which no line of text would be cut."""
    heights = sorted(float(y) for y in re.findall(r"<text\b[^>]*? y=\"([\d.]+)\"", figure.svg_html))
    lines = [0.0, *heights, height]
    gaps = [
        (abs((a + b) / 2 - LABEL / 3 - wanted), (a + b) / 2 - LABEL / 3)
        for a, b in itertools.pairwise(lines)
        if b - a > 1.3 * LABEL
    ]
    near = [gap for gap in gaps if gap[0] < height / 8]
    return min(near)[1] if near else wanted


def _guess(prediction: Any, figure: Figure) -> Slide:
    asked = words(prediction.xpath("./p[@class='bk-title']")[0])
    named = [words(label) for label in prediction.xpath(".//div[@class='bk-handle']/label/span")]
    rows = "".join(f"<li>{escape(name)}: …</li>" for name in named)
    body = f'<p class="kicker">Guess first</p><h2>{escape(asked)}</h2><ul class="guess">{rows}</ul>'
    notes = (
        "<p>One minute, in writing, each alone. Then two neighbours compare. The next slide "
        f"shows the data: {escape(figure.title)}.</p>"
    )
    return Slide("guess", f"Guess first: {asked}", body, notes)


# ---- questions -----------------------------------------------------------------------------------


def _quiz(quiz: Any) -> list[Slide]:
    items = paper.asked_in(quiz)
    asked_only = quiz.get("data-place") == "before"  # its answers come at the end of the book
    return [
        slide
        for item in items
        for slide in ([_question(item)] if asked_only else [_question(item), _solution(item)])
    ]


def _question(item: Item) -> Slide:
    hint = paper.HINTS.get(item.type, "")
    body = (
        f'<p class="kicker">Question {item.id}</p><h2>{escape(item.stem)}</h2>{hint}'
        f'<div class="asked-of">{paper.ASKED[item.type](item)}</div>'
    )
    notes = (
        "<p>Alone first: an answer and how sure, 50, 70 or 90 per cent. Then show hands or cards, "
        "and let two who differ explain.</p>"
    )
    return Slide(f"question {item.type} {_crowd(body)}", f"Question {item.id}", body, notes)


def _solution(item: Item) -> Slide:
    solved = lxml_html.fragment_fromstring(paper.SOLVED[item.type](item), create_parent="div")
    right = words(solved.xpath("./p[@class='right']")[0])
    body = (
        f'<p class="kicker">Question {item.id}: answer</p><p class="asked">{escape(item.stem)}</p>'
        f"{_right(item, right)}"
        f'<div class="fragment why"><p>{escape(_reason(item))}</p></div>'
    )
    notes = f"<p><strong>{escape(right)}.</strong></p>" + "".join(
        chapters.outer(part) for part in solved.xpath("./ul[@class='feedback']")
    )
    return Slide(f"answer {_crowd(body)}", f"Answer to question {item.id}", body, notes)


def _right(item: Item, words_for: str) -> str:
    """What is right, in full: letters alone would say nothing in the last row."""
    content = item.content
    if item.type in ("one", "several"):
        named = paper.letters(item)
        texts = [
            f"<b>{named[n]}</b> {escape(option['text'])}"
            for n, option in enumerate(content["options"])
            if option["correct"]
        ]
    elif item.type == "order":
        texts = [
            f"<b>{n}</b> {escape(step['text'])}" for n, step in enumerate(content["steps"], start=1)
        ]
    elif item.type == "match":
        texts = [
            f"{escape(pair['left'])}: <b>{escape(pair['right'])}</b>" for pair in content["pairs"]
        ]
    else:
        return f'<p class="right">{escape(words_for)}</p>'
    return f'<ul class="right">{"".join(f"<li>{text}</li>" for text in texts)}</ul>'


def _reason(item: Item) -> str:
    if item.type == "one":
        return next(str(o["feedback"]) for o in item.content["options"] if o["correct"])
    return str(item.content["why"])


def _crowd(body: str) -> str:
    """The class for a question or an answer by how much there is to read."""
    return "some" if _count(body) <= 75 else "many"


def _board(board: Any) -> Slide:
    title = words(board.xpath(".//p[@class='bk-heading']")[0])
    asked = words(board.xpath(".//p[@class='bk-question']")[0])
    places = [words(name) for name in board.xpath(".//div[@class='bk-spot']/p[@class='bk-name']")]
    cards = board.xpath(".//li[@class='bk-piece']/span[@class='bk-text']")
    rows = "".join(f"<li>{escape(words(card))}</li>" for card in cards)
    named = f'<p class="places">{escape(" · ".join(places))}</p>' if places else ""
    body = f'<h2>{escape(title)}</h2><p>{escape(asked)}</p>{named}<ul class="cards">{rows}</ul>'
    goes = "".join(
        f"<li><b>{escape(words(row.find('strong')))}</b>: {escape(words(place))}.</li>"
        for row in board.xpath(".//details[@class='bk-answer']//li[@data-note]")
        for place in row.xpath(".//span[@class='bk-goes']")
    )
    notes = (
        "<p>In threes, with the handout or the page. Let groups that differ give a reason."
        f"</p><ul>{goes}</ul>"
    )
    return Slide("board crowded" if _count(body) > 190 else "board", title, body, notes)


def _forecasts(section: Any, sheet: Paper) -> list[Slide]:
    made: list[Slide] = []
    for question in section.xpath(".//li[@class='bk-question']"):
        asked = words(question.find(".//legend"))
        known = [
            f"<p>{sheet.html(inner(part))}</p>"
            for part in question.xpath(".//p[@class='bk-known' or @class='bk-rule']")
        ]
        body = f'<p class="kicker">Forecast</p><h2>{escape(asked)}</h2>{"".join(known)}'
        notes = (
            "<p>Each writes a chance of yes in per cent, and one reason. How often does such a "
            "thing happen at all? What is special this time?</p>"
        )
        told = paper.outcomes(section) if not made else ""
        made.append(Slide("words some", asked, body, notes + sheet.html(told)))
    return made


# ---- the end -------------------------------------------------------------------------------------


def _talk(chapter: Chapter, sheet: Paper) -> list[Slide]:
    return [
        Slide(
            "words few",
            f"{section.heading} ({number})",
            f"<h2>{escape(section.heading)}</h2><p>{sheet.html(_bare(item))}</p>",
            "<p>Two minutes in pairs before the whole class. Ask for the strongest reason on "
            "the other side.</p>",
        )
        for section in chapter.sections
        if section.id == "talk-about-it"
        for number, item in enumerate(section.element.iter("li"), start=1)
    ]


def _last_line(chapter: Chapter, sheet: Paper) -> list[Slide]:
    made = []
    for section in chapter.sections:
        if section.id == "what-would-change-my-mind":
            body = f"<h2>{escape(section.heading)}</h2>" + sheet.html(inner(section.element))
            notes = "<p>Three minutes, in writing. Collect it at the door, unmarked.</p>"
            made.append(Slide(f"words {_size(body)}", section.heading, body, notes))
    return made


def _sources(chapter: Chapter, sheet: Paper) -> list[Slide]:
    """The cautions about sources that the page gives, and where all of them are."""
    made: list[Slide] = []
    for section in chapter.sections:
        if section.id == "sources-for-this-chapter":
            items = [sheet.html(_bare(item)) for item in section.element.iter("li")]
            more = (
                "Each chart names its first sources. The chapter's page links every one of them; "
                "the handout prints the addresses. Charts and text: CC BY 4.0."
            )
            rest = [sheet.html(inner(part)) for part in section.element.findall("p")[:-1]]
            notes = "".join(f"<p>{text}</p>" for text in rest)
            notes += "<p>Ask which of these cautions matters most for what was said today.</p>"
            made += _prose_slides("words", section.heading, [*items, more], notes)
    return made
