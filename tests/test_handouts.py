"""Handouts print whole: every word, chart and address, no answer, on A4 and on US Letter."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT
from lxml import html as lxml_html
from playwright.sync_api import Browser, Page
from pypdf import PdfReader

from bookkit import quizfile
from bookkit.classroom import chapters, handouts, paper, prints, sheets
from bookkit.classroom.handouts import Document
from bookkit.classroom.paper import Paper, Places

MM = 96 / 25.4
# Width and height that the margins leave to print on, in CSS pixels.
ROOM = {"a4": (170 * MM, 261 * MM), "letter": (169.9 * MM, 247.4 * MM)}
# What is wider than its box, or reaches over the edge of the paper.
OVERFLOW = """() => {
  const edge = document.documentElement.clientWidth + 1;
  const out = [];
  for (const part of document.querySelectorAll("body *")) {
    if (part.closest("svg") && part.tagName !== "svg") continue;
    const box = part.getBoundingClientRect();
    const boxed = part.tagName !== "svg" && getComputedStyle(part).display !== "inline";
    const scrolls = boxed && part.clientWidth && part.scrollWidth > part.clientWidth + 1;
    if (box.right > edge || box.left < -1 || scrolls) out.push(part.outerHTML.slice(0, 120));
  }
  return out;
}"""
TALLEST = """() => Math.max(0, ...[...document.querySelectorAll(".chart")].map(
  chart => chart.getBoundingClientRect().height))"""
# What a print may cut in two only between its parts, with its own page otherwise.
LABELS_OUT = """() => [...document.querySelectorAll(".chart svg")].flatMap(svg => {
  const frame = svg.closest("main").getBoundingClientRect();
  return [...svg.querySelectorAll("text")].filter(text => {
    const box = text.getBoundingClientRect();
    return box.left < frame.left - 1 || box.right > frame.right + 1;
  }).map(text => text.textContent);
})"""


@pytest.fixture(scope="session")
def documents(book: Path) -> list[Document]:
    return [*handouts.documents(book), *sheets.documents(book), *prints.documents()]


@pytest.fixture(scope="session")
def sheet(browser: Browser) -> Iterator[Page]:
    """A page that shows a document as it is printed."""
    context = browser.new_context(viewport={"width": round(ROOM["letter"][0]), "height": 900})
    page = context.new_page()
    page.emulate_media(media="print")
    yield page
    context.close()


def squashed(text: str) -> str:
    return re.sub(r"[\s\u00ad\u200b]", "", text)


def printed_words(html: str) -> str:
    """The words of a document that are meant to be seen."""
    tree = lxml_html.fromstring(f"<div>{html}</div>")
    for unseen in tree.xpath(".//svg/title | .//svg/desc"):
        unseen.drop_tree()
    return " ".join(tree.itertext())


def text_of(page: Any) -> tuple[str, list[str]]:
    """The text of a PDF's page, and what of it starts outside of the page's box."""
    width, height = (float(side) for side in page.mediabox[2:])
    outside: list[str] = []

    def note(text: str, cm: Any, tm: Any, *_: Any) -> None:
        x = tm[4] * cm[0] + tm[5] * cm[2] + cm[4]
        y = tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
        if text.strip() and not (0 < x < width and 0 < y < height):
            outside.append(f"{text} at {x:.0f}, {y:.0f}")

    return page.extract_text(visitor_text=note), outside


def home(kit: Path, name: str) -> Path:
    return next(kit.glob(f"*/{name}.pdf"))


def test_every_chapter_and_lab_has_its_prints(kit: Path, documents: list[Document]) -> None:
    pages = [path.stem for path in sorted((ROOT / "chapters").glob("[0-9]*.ipynb"))]
    expected = {f"{page}{kind}-{size}" for page in pages for kind in ("", "-key") for size in ROOM}
    expected |= {f"{sheets.BRIEFS}-{size}" for size in ROOM}
    assert expected == {path.stem for path in (kit / "handouts").glob("*.pdf")}
    made = {f"{document.name}-{size}" for document in documents for size in ROOM}
    assert made == {path.stem for path in kit.rglob("*.pdf")}


def test_nothing_reaches_over_the_edge_of_the_paper(
    documents: list[Document], book: Path, sheet: Page, tmp_path: Path
) -> None:
    wide = Document(
        "wide", "Wide", "", f"<p>{'x' * 20}<b style='white-space:pre'>{' ' * 300}.</b></p>"
    )
    for document, path in zip(
        [*documents, wide], handouts.prepare([*documents, wide], book, tmp_path), strict=True
    ):
        sheet.goto(path.as_uri())
        found = sheet.evaluate(OVERFLOW) + sheet.evaluate(LABELS_OUT)
        assert bool(found) == (document.name == "wide"), (document.name, found[:3])
        lowest = min(height for _, height in ROOM.values())
        assert sheet.evaluate(TALLEST) < lowest, f"{document.name}: a chart would be split"


@pytest.mark.parametrize("size", ROOM)
def test_every_word_is_on_a_page_and_charts_are_whole(
    kit: Path, documents: list[Document], size: str
) -> None:
    for document in documents:
        if not document.name.startswith("06-") and (
            size == "letter" or document.name.endswith("-key")
        ):
            continue  # nearly the same width, and a style that others have shown
        reader = PdfReader(home(kit, f"{document.name}-{size}"))
        paper_size = tuple(round(float(side)) for side in reader.pages[0].mediabox[2:])
        assert paper_size == {"a4": (595, 842), "letter": (612, 792)}[size]
        read = [text_of(page) for page in reader.pages]
        beside = [words for _, outside in read for words in outside]
        assert not beside, (document.name, beside)
        pages = [squashed(text) for text, _ in read]
        whole = "".join(pages)
        wanted = printed_words(document.body)
        lost = [word for word in wanted.split() if squashed(word) not in whole]
        # A long address may be broken, and then the foot of a page may stand between.
        assert not [word for word in lost if "://" not in word], (document.name, lost[:9])
        missing = Counter(squashed(wanted)) - Counter(whole)
        assert not missing, (document.name, missing)
        for chart in lxml_html.fromstring(document.body).iter("figure"):
            ends = chart.xpath("string(./figcaption)"), chart.xpath("string(./p[last()])")[:40]
            assert any(all(squashed(end) in page for end in ends) for page in pages), ends


def test_a_print_is_tagged_named_numbered_and_has_its_fonts(
    kit: Path, documents: list[Document]
) -> None:
    for document in documents:
        reader = PdfReader(home(kit, f"{document.name}-letter"))
        root: Any = reader.trailer["/Root"]
        assert reader.metadata and reader.metadata.title == document.title
        assert root["/Lang"] == "en-GB" and root["/MarkInfo"]["/Marked"]
        assert "/StructTreeRoot" in root and "/Outlines" in root
        last = len(reader.pages)
        foot = squashed(reader.pages[-1].extract_text())
        assert (f"Page{last}of{last}" in foot) == document.counted
        assert squashed(document.foot) in foot
        for page in reader.pages:
            for font in page["/Resources"].get("/Font", {}).values():  # type: ignore[attr-defined]
                assert is_embedded(font.get_object()), f"{document.name}: {font}"


def is_embedded(font: Any) -> bool:
    """Whether a font's letters are in the file; Type 3 fonts hold them by nature."""
    if font["/Subtype"] == "/Type3":
        return True
    below = font["/DescendantFonts"][0].get_object() if "/DescendantFonts" in font else font
    return any(f"/FontFile{n}" in below["/FontDescriptor"].get_object() for n in ("", "2", "3"))


def test_each_chart_says_in_words_what_it_shows(kit: Path, book: Path) -> None:
    chapter = chapters.read(book)[6]
    reader = PdfReader(home(kit, f"{chapter.page}-a4"))
    said = list(alternatives(reader.trailer["/Root"]["/StructTreeRoot"]))  # type: ignore[index]
    drawn = [figure for part in chapter.sections for figure in chapters.figures(part.element)]
    assert len(said) == len(drawn) >= 10
    for figure in drawn:
        assert any(squashed(figure.alt) in squashed(text) for text in said), figure.name


def alternatives(part: Any) -> Iterator[str]:
    part = part.get_object()
    if isinstance(part, list):
        for one in part:
            yield from alternatives(one)
    elif hasattr(part, "get"):
        if part.get("/S") == "/Figure" and "/Alt" in part:
            yield str(part["/Alt"])
        if not isinstance(part.get("/K", 0), int):
            yield from alternatives(part["/K"])


# ---- what it holds and what it keeps -------------------------------------------------------------


def test_a_handout_tells_no_answer_and_the_key_tells_all(
    book: Path, documents: list[Document]
) -> None:
    bodies = {
        document.name: re.sub(r"\[\d+\]", "", squashed(printed_words(document.body)))
        for document in documents
    }
    for chapter in chapters.read(book):
        if chapter.number == 0:
            continue
        for item in quizfile.load(chapter.page.split("-", 1)[1]).items:
            assert squashed(item.stem) in bodies[chapter.page]
            for text in taught(item):
                assert squashed(text) in bodies[f"{chapter.page}-key"], (item.id, text)
                assert squashed(text) not in bodies[chapter.page], (item.id, text)
        for exercise in chapters.exercises(chapter):
            solution = squashed(
                lxml_html.fromstring(f"<div>{exercise.solution_html}</div>").text_content()
            )[:60]
            assert solution and solution in bodies[f"{chapter.page}-key"]
            assert solution not in bodies[chapter.page]


def early_charts(body: str, pages: list[str]) -> list[str]:
    """The charts of a handout on the face of paper of a board, or before it."""
    tree = lxml_html.fromstring(f"<div>{body}</div>")

    def face(parts: list[Any]) -> int:
        wanted = [squashed(chapters.words(part)) for part in parts]
        (found,) = [n for n, page in enumerate(pages) if all(text in page for text in wanted)]
        return found

    boards = tree.xpath("//div[@class='board']")
    last = max((face(board.xpath("./h3 | ./ul/li")) for board in boards), default=-1)
    charts = [chart for chart in tree.iter("figure") if face([chart[0], chart[-1]]) <= last]
    return [chapters.words(chart[0]) for chart in charts]


@pytest.mark.parametrize("size", ROOM)
def test_a_board_is_done_before_any_chart_can_be_seen(
    kit: Path, documents: list[Document], size: str
) -> None:
    with_boards = 0
    for document in documents:
        if (ROOT / "chapters" / f"{document.name}.ipynb").is_file():
            reader = PdfReader(home(kit, f"{document.name}-{size}"))
            pages = [squashed(page.extract_text()) for page in reader.pages]
            assert early_charts(document.body, pages) == [], document.name
            with_boards += 'class="board"' in document.body
            if document.name.startswith("06-"):  # the charts before the board, as it once was
                assert "Twelve observations" in str(early_charts(document.body, pages[::-1]))
    assert with_boards >= 5


def taught(item: quizfile.Item) -> list[str]:
    """The feedback of an item."""
    content = item.content
    rows = [*content.get("options", ()), *content.get("steps", ()), *content.get("pairs", ())]
    return [row["feedback"] for row in rows] + [content[k] for k in ("why", "low") if k in content]


def test_steps_and_choices_stand_in_the_order_of_the_page(book: Path) -> None:
    page = Paper("06-security-dilemma", Places(book, ()))
    (order,) = [i for i in quizfile.load("security-dilemma").items if i.type == "order"]
    asked = lxml_html.fromstring(page.questions([order])).xpath("//ul[@class='options']/li")
    steps = [step["text"] for step in order.content["steps"]]
    shown = [chapters.words(row) for row in asked]
    assert shown != steps and sorted(shown) == sorted(steps)
    key = chapters.words(lxml_html.fromstring(page.key([order])))
    right = ", ".join(str(steps.index(text) + 1) for text in shown)
    assert f"Answer, from the top: {right}" in key


def test_each_link_leads_into_the_print_or_shows_its_address(documents: list[Document]) -> None:
    for document in documents:
        tree = lxml_html.fromstring(f"<div>{document.body}</div>")
        known = set(tree.xpath("//@id"))
        for link in tree.iter("a"):
            target = link.get("href", "")
            if target.startswith("#"):
                assert target[1:] in known, (document.name, target)
            else:
                assert re.match(r"https?://", target), (document.name, target)
                assert link.text_content() == target, "the address is printed"


def test_a_link_to_a_page_is_put_in_words(book: Path) -> None:
    places = Places(book, chapters.read(book))
    sheet = Paper("06-security-dilemma", places)
    html = sheet.html(
        '<p><a href="02-eight-weeks-at-the-border.html#the-order-of-22-april">the order</a>, '
        '<a href="04-reading-threats.html">chapter 4</a>, <a href="reference/glossary.html#x">term'
        '</a>, <a href="reference/sources.html#jervis1978">Jervis</a>, '
        '<a href="https://example.org/a">a site</a></p>'
    )
    text = chapters.words(lxml_html.fromstring(html))
    assert text == "the order (chapter 2, section 2.5), chapter 4, term, Jervis [1], a site [2]"
    assert "https://doi.org/10.2307/2009958" in sheet.notes.html()
    assert "https://example.org/a" in sheet.notes.html()


def test_there_is_room_to_write_after_each_exercise(book: Path, documents: list[Document]) -> None:
    for chapter in chapters.read(book):
        (body,) = [one.body for one in documents if one.name == chapter.page]
        exercises = lxml_html.fromstring(body).xpath("//div[@class='exercise']")
        assert len(exercises) == len(chapters.exercises(chapter))
        for exercise in exercises:
            assert len(exercise.xpath("./div[@class='lines']/i")) >= 5


def test_there_is_room_for_a_reason_and_for_a_sentence_to_finish(book: Path) -> None:
    sheet = Paper("labs/source-lab", Places(book, ()))
    forecast = '<section class="bk-forecast"><ol><li class="bk-question"><legend>Will it?</legend>'
    asked = sheet.html(f"{forecast}</li></ol></section><blockquote><p>I think …</p></blockquote>")
    assert asked.count('<div class="lines"><i></i></div>') == 1
    assert asked.count('<div class="lines"><i></i><i></i></div>') == 1
    assert sheet.places.words("my-learning", "") == "the page “My learning”"


def test_the_same_book_prints_the_same_bytes(
    book: Path, kit: Path, documents: list[Document]
) -> None:
    again = [*handouts.documents(book), *sheets.documents(book)]
    assert again == [one for one in documents if not one.name.startswith("border-watch")]
    for name in ("00-start-here-a4", "06-security-dilemma-key-letter"):
        content = home(kit, name).read_bytes()
        assert b"D:20260101000000" in content
        assert len(set(re.findall(rb"Date \(D:(\d+)", content))) == 1


def test_a_missing_book_is_said_with_the_mend(tmp_path: Path) -> None:
    with pytest.raises(chapters.ChapterError, match="make book"):
        handouts.documents(tmp_path)


# ---- sheets for one step of a lesson -------------------------------------------------------------


def told_apart(pages: list[str]) -> str:
    """What only the second of two forms says; fails where anything else but the letter differs."""
    plain, told = (squashed(page) for page in pages)
    assert "FormK" in plain and "FormM" in told
    start = told.index("Whathappenednext")
    told, extra = told[:start] + told[(end := told.index("Answeras")) :], told[start:end]
    assert told.replace("FormM", "FormK") == plain
    return extra


@pytest.mark.parametrize("size", ROOM)
def test_the_two_forms_look_alike_and_nothing_counts_them(kit: Path, size: str) -> None:
    reader = PdfReader(kit / "labs" / f"{sheets.FORMS}-{size}.pdf")
    pages = [page.extract_text() for page in reader.pages]
    assert told_apart(pages).startswith("Whathappenednext:on22April")
    assert not any(word in page for page in pages for word in ("Page", "indsight"))
    with pytest.raises(AssertionError):
        told_apart([pages[0], f"{pages[1]} Page 2 of 2"])


def test_the_forms_and_the_outcomes_stay_out_of_the_students_lab(
    documents: list[Document],
) -> None:
    bodies = {one.name: printed_words(one.body) for one in documents}
    lab, lab_key = bodies["lab-forecasting-log"], bodies["lab-forecasting-log-key"]
    outcome = "On 22 April Shoigu declared"
    assert outcome in lab_key and outcome not in lab
    for form in bodies[sheets.FORMS].split("Imagine")[1:]:
        assert form[:200] not in lab and form[:200] not in lab_key
    assert lab.count("Each has a sheet of its own") == 1
    asked = "Will Volodymyr Zelensky and Vladimir Putin meet in person by 31 December 2021?"
    assert lab.count(asked) == 2, "at its freeze and on the log sheet"


def test_a_form_has_room_to_write() -> None:
    form = "<p><strong>Form K.</strong> It is April.</p><p>Chance: ________ per cent</p>"
    made = sheets.for_a_hand(f"{form}<p>Which? ____________</p>")
    assert made.startswith("<h2>Form K</h2><p>It is April.</p>")
    assert "_" not in made and "</span> per cent</span>" in made
    assert made.endswith(f"<p>Which?</p>{paper.lines(2)}")


@pytest.mark.parametrize("size", ROOM)
def test_each_brief_fills_one_page_with_sentence_frames_and_sources(kit: Path, size: str) -> None:
    reader = PdfReader(kit / "handouts" / f"{sheets.BRIEFS}-{size}.pdf")
    pages = [squashed(page.extract_text()) for page in reader.pages]
    for page, side, first in zip(pages, ("for", "against"), ("[1]", "[7]"), strict=True):
        assert f"Brief{side}Thesentence:" in page
        assert "Ourthreearguments" in page and "Topresent:" in page
        assert page.count(first) == 2, "where it is cited and in the list of the same page"
    assert "weakstatement" not in "".join(pages), "a word to the teacher"


def test_a_protocol_without_a_brief_is_refused(book: Path, tmp_path: Path) -> None:
    page = tmp_path / "chapters" / "teaching" / "protocols.html"
    page.parent.mkdir(parents=True)
    text = (book / "chapters" / "teaching" / "protocols.html").read_text(encoding="utf-8")
    page.write_text(text.replace('id="brief-against"', 'id="other"'), encoding="utf-8")
    with pytest.raises(chapters.ChapterError, match=r"0 elements at .*brief-against"):
        sheets.briefs(tmp_path, Places(book, ()))


# ---- Border Watch --------------------------------------------------------------------------------


def test_border_watch_prints_a_sheet_a_team_and_cards_to_cut(kit: Path) -> None:
    for size in ROOM:
        sheets = PdfReader(home(kit, f"border-watch-decision-sheets-{size}"))
        assert len(sheets.pages) == 7, "a decision sheet fits on one page"
        assert all("Decision sheet" in page.extract_text() for page in sheets.pages)
        assert len(PdfReader(home(kit, f"border-watch-day-ladder-{size}")).pages) == 1
        cards = prints.documents()[0].body.count('<section class="print-page')
        assert len(PdfReader(home(kit, f"border-watch-cards-{size}")).pages) == cards


def test_only_the_control_script_holds_the_key_of_the_day_ladder() -> None:
    bodies = {document.name: document.body for document in prints.documents()}
    key = "Day ladder: key, for the teacher"
    assert [name for name, body in bodies.items() if key in body] == ["border-watch-control-script"]


def test_lines_to_write_on_are_drawn() -> None:
    made = prints.ruled('<div class="sim-lines" data-lines="3"></div>')
    assert made.count("<i></i>") == 3


# ---- pieces --------------------------------------------------------------------------------------


def test_boxes_that_a_screen_needs_are_gone(documents: list[Document]) -> None:
    for document in documents:
        tree = lxml_html.fromstring(f"<div>{document.body}</div>")
        gone = "//button | //input | //select | //textarea | //script | //details | //*[@hidden]"
        assert not tree.xpath(gone), document.name


def test_letters_name_what_is_shown() -> None:
    for item in quizfile.load("security-dilemma").items:
        named = paper.letters(item)
        assert sorted(named.values()) == list("ABCDEFGHIJ"[: len(named)])
        assert list(named) == quizfile.shown(item)
