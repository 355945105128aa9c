"""Promises of board files, of the HTML made from them and of the live widget."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import lxml.html
import pytest

from bookkit import assets, boardfile, data, reference, sphinx, yamlfile
from bookkit.board import Board, BoardError, BoardWidget, board, grade, in_sequence, load, render

FOLDER = data.ROOT / "data" / "boards"
NAMES = sorted(path.stem for path in FOLDER.glob("*.yml"))
SOURCE = data.all_sources()[0].id

SORT = f"""\
title: Where does it live?
question: Put each animal where it lives.
kind: sort
page: a-chapter
places:
  - id: water
    title: In water
    note: Rivers and seas
  - id: land
    title: On land
  - id: air
    title: In the air
cards:
  - id: carp
    text: The carp
    place: water
    hint: Has it legs?
    not:
      air: It leaps, but it does not fly.
    feedback: It breathes through gills.
    sources: [{SOURCE}]
  - id: mole
    text: The mole
    place: land
    not:
      water: It can swim, but it digs.
      air: It has no wings.
    feedback: It digs its tunnels.
    sources: [{SOURCE}]
  - id: swift
    text: The swift
    place: air
    hint: Where does it sleep?
    feedback: It even sleeps on the wing.
    sources: [{SOURCE}]
  - id: duck
    text: The duck
    places: [water, air]
    hint: Look at its feet and its wings.
    feedback: It swims and it flies.
    sources: [{SOURCE}]
why: Most animals keep to one element.
"""

ORDER = f"""\
title: What came first?
question: Put the events in order.
kind: order
page: a-chapter
cards:
  - id: snow
    date: 2020-12-24
    text: Snow falls
    feedback: It was a cold winter.
    sources: [{SOURCE}]
  - id: thaw
    date: 2021-03
    text: The ice melts
    feedback: Spring had come.
    sources: [{SOURCE}]
  - id: heat
    date: 2021-07-01
    text: A heat wave
    feedback: The first of that summer.
    sources: [{SOURCE}]
  - id: flood
    date: 2022
    text: A flood
    feedback: After the rain.
    sources: [{SOURCE}]
why: So the seasons run.
"""

EVIDENCE = f"""\
title: Who did it?
question: Put each claim with its actor and attach evidence.
kind: evidence
page: a-chapter
places:
  - id: cat
    title: The cat
  - id: dog
    title: The dog
evidence:
  - id: fish-bones
    title: Bones of a fish
    text: Bones lie in the cat's basket.
    shows: They show who ate. They do not show who broke the jug.
    sources: [{SOURCE}]
  - id: paw-prints
    title: Large paw prints
    text: Prints of a dog's paws lead through the kitchen.
    shows: They show who walked by, not what was done.
    sources: [{SOURCE}]
  - id: open-door
    title: The open door
    text: The door stood open all night.
    shows: It shows that anyone could come in.
    sources: [{SOURCE}]
cards:
  - id: ate
    text: It ate the fish
    place: cat
    evidence: [fish-bones]
    hint: Whose basket is it?
    feedback: The bones tell.
    sources: [{SOURCE}]
  - id: walked
    text: It walked through the kitchen
    place: dog
    evidence: [paw-prints]
    hint: Whose paws are large?
    not:
      cat: Its paws are small.
      open-door: An open door shows no one in particular.
    feedback: The prints fit.
    sources: [{SOURCE}]
  - id: meant-harm
    text: It wanted to annoy us
    place: dog
    evidence: []
    hint: Does any piece show a wish?
    feedback: Nothing here shows what it wanted.
    sources: [{SOURCE}]
why: Tracks show acts, not wishes.
"""
GOOD = {"sort": SORT, "order": ORDER, "evidence": EVIDENCE}
AXES = SORT.replace(
    "places:\n",
    "axes:\n  x: [slow, fast]\n  y: [small, large]\nplaces:\n"
    "  - {id: cave, title: In caves, x: low, y: low}\n",
    1,
)
for _place, _corner in {
    "In water\n    note: Rivers and seas": "x: low\n    y: high",
    "On land": "x: high\n    y: low",
    "In the air": "x: high\n    y: high",
}.items():
    AXES = AXES.replace(f"title: {_place}\n", f"title: {_place}\n    {_corner}\n", 1)
AXES = AXES.replace("places: [water, air]", "places: [water, cave]", 1)
AXES = AXES.replace(
    "      air: It has no wings.\n", "      air: No wings.\n      cave: Small.\n", 1
)


@pytest.fixture
def written(tmp_path: Path) -> Callable[..., Board]:
    """Write a board file, a good one with one piece replaced, and load it."""

    def write(good: str = SORT, old: str = "", new: str = "", content: bytes = b"") -> Board:
        assert old in good
        changed = good.replace(old, new, 1) if old else good
        (tmp_path / "short.yml").write_bytes(content or changed.encode())
        return load("short", tmp_path)

    return write


# ---- a broken file is refused, with file, line, card, field and mend -----------------------------

BROKEN = {
    "a tab": (SORT, "    place: water", "\tplace: water", "line 16: a tab. Use spaces instead."),
    "no kind": (SORT, "kind: sort\n", "", "line 1, field kind: is missing. Choose sort, order or"),
    "an unknown kind": (
        SORT, "kind: sort", "kind: sorting",
        "line 3, field kind: 'sorting' is not known. Choose sort, order or evidence.",
    ),
    "a missing title": (SORT, "title: Where does it live?\n", "", "field title: is missing. Write"),
    "a missing reason": (
        SORT, "why: Most animals keep to one element.\n", "",
        "field why: is missing. Say what the whole board shows",
    ),
    "a duplicate id": (
        SORT, "id: mole", "id: carp", "line 22, card carp, field id: 'carp' stands here twice."
    ),
    "a card written twice": (
        SORT, "text: The mole", "text: The carp",
        "line 23, card mole, field text: 'The carp' stands here twice.",
    ),
    "two places of one name": (
        SORT, "title: On land", "title: In water",
        "line 10, place land, field title: 'In water' stands here twice.",
    ),
    "a place that does not exist": (
        SORT, "place: water", "place: watr",
        "line 16, card carp, field place: 'watr' is not under 'places'. Did you mean 'water'?",
    ),
    "one of several places that does not exist": (
        SORT, "places: [water, air]", "places: [water, fire]",
        "card duck, field places 2: 'fire' is not under 'places'.",
    ),
    "a card without a place": (
        SORT, "    place: water\n", "",
        "card carp, field place: Write either place or, for several defensible ones, places.",
    ),
    "a card with place and places": (
        SORT, "    place: air\n", "    place: air\n    places: [air, land]\n",
        "card swift, field place: Write either place or",
    ),
    "every place right": (
        SORT, "places: [water, air]", "places: [water, land, air]",
        "card duck, field places: every place is right. Leave one out.",
    ),
    "a place where nothing belongs": (
        SORT, "    place: land\n    not:\n      water: It can swim, but it digs.\n",
        "    place: water\n    hint: Where?\n    not:\n",
        "line 9, place land, field id: no card belongs in 'land'. Add one.",
    ),
    "a missing feedback": (
        SORT, "    feedback: It breathes through gills.\n", "",
        "line 14, card carp, field feedback: is missing. Say why the card belongs",
    ),
    "an empty feedback": (
        SORT, "feedback: It breathes through gills.", "feedback:",
        "card carp, field feedback: nothing will not do. Say why the card belongs",
    ),
    "nothing to say in a wrong place": (
        SORT, "    hint: Has it legs?\n", "",
        "card carp, field hint: is missing. Say what to look at again, or add to 'not': land.",
    ),
    "a reason against the right place": (
        SORT, "      air: It leaps", "      water: It leaps",
        "card carp, field not, water: is right for this card.",
    ),
    "a reason against no place": (
        SORT, "      air: It leaps", "      airs: It leaps",
        "card carp, field not, airs: is no place of this board. Did you mean 'air'?",
    ),
    "an unknown source": (
        SORT, f"sources: [{SOURCE}]", "sources: [no-such-source]",
        "card carp, field sources 1: 'no-such-source' is not in data/sources.bib. Add the source",
    ),
    "no source": (
        SORT, f"sources: [{SOURCE}]", "sources: []",
        "card carp, field sources: [] will not do. List ids from data/sources.bib",
    ),
    "an unknown field": (
        SORT, "hint: Has it", "hnt: Has it",
        "card carp, field hnt: is not known here. Did you mean 'hint'?",
    ),
    "a number for a text": (
        SORT, "text: The carp", "text: 1991",
        "card carp, field text: 1991 will not do. Write the card as text",
    ),
    "too long a text": (
        SORT, "text: The carp", "text: " + "The carp " * 21,
        "card carp, field text: \"The carp The carp",
    ),
    "an id in capitals": (
        SORT, "id: carp", "id: Carp", 'card Carp, field id: "Carp" will not do. Write an id in'
    ),
    "a place of the kit": (
        SORT, "id: land", "id: not-supported",
        "place not-supported, field id: 'not-supported' is the kit's own place.",
    ),
    "a key that stands twice": (
        SORT, "    place: water\n", "    place: water\n    place: land\n",
        "line 17, field place: stands here a second time. Keep one of the two.",
    ),
    "a colon in plain text": (
        SORT, "text: The carp", "text: A fish: the carp", "line 15: not YAML (mapping values"
    ),
    "a list where a mapping belongs": (SORT, SORT, "- a\n- b\n", 'line 1: ["a", "b"] will not do.'),
    "a corner without axes": (
        SORT, "    title: On land\n", "    title: On land\n    x: low\n    y: low\n",
        "place land, field x: stands for a corner, but the board has no axes.",
    ),
    "a place without a corner": (
        AXES, "    x: high\n    y: low\n", "",
        "place land, field x: is missing. With axes each place has x and y.",
    ),
    "two places in one corner": (
        AXES, "    x: high\n    y: low\n", "    x: high\n    y: high\n",
        "place air, field x: another place stands in the same corner.",
    ),
    "an axis with one end": (
        AXES, "x: [slow, fast]", "x: [slow]",
        "field axes, x: [\"slow\"] will not do. Write the low end and the high end",
    ),
    "a missing date": (
        ORDER, "    date: 2021-03\n", "", "card thaw, field date: is missing. Write the date as"
    ),
    "a date in words": (
        ORDER, "date: 2021-03\n", "date: March 2021\n",
        'card thaw, field date: "March 2021" will not do. Write the date as 1994-12-05',
    ),
    "a day that does not exist": (
        ORDER, "2021-03\n", "2021-02-30\n",
        "card thaw, field date: there is no 2021-02-30. Correct the date.",
    ),
    "dates out of order": (
        ORDER, "date: 2021-07-01", "date: 2019-07-01",
        "card heat, field date: 2019-07-01 stands after 2021-03. List the cards from the earliest",
    ),
    "dates that cannot be ordered": (
        ORDER, "date: 2022\n", "date: 2021\n",
        "card flood, field date: 2021 and 2021-03 cannot be put in order. Write the fuller date.",
    ),
    "a place in an order": (
        ORDER, "    date: 2021-03\n", "    date: 2021-03\n    place: land\n",
        "card thaw, field place: is not known here.",
    ),
    "evidence that does not exist": (
        EVIDENCE, "evidence: [fish-bones]", "evidence: [fish-bone]",
        "card ate, field evidence 1: 'fish-bone' is no evidence here. Did you mean 'fish-bones'?",
    ),
    "a claim that says nothing of evidence": (
        EVIDENCE, "    evidence: []\n", "",
        "card meant-harm, field evidence: is missing. List the ids of the pieces that support",
    ),
    "evidence that supports nothing": (
        EVIDENCE.replace("evidence: [fish-bones]", "evidence: []"),
        "evidence: [paw-prints]", "evidence: []",
        "field cards: no claim has evidence that supports it. Give at least one some.",
    ),
    "evidence that does not say what it shows": (
        EVIDENCE, "    shows: It shows that anyone could come in.\n", "",
        "evidence open-door, field shows: is missing. Say what it shows and what it does not",
    ),
    "evidence with an unknown source": (
        EVIDENCE, f"sources: [{SOURCE}]", "sources: [nobody]",
        "evidence fish-bones, field sources 1: 'nobody' is not in data/sources.bib.",
    ),
    "evidence named like an actor": (
        EVIDENCE, "id: open-door", "id: cat",
        "evidence cat, field id: 'cat' is also an actor. Choose another id.",
    ),
    "a claim without a hint": (
        EVIDENCE, "    hint: Whose basket is it?\n", "",
        "card ate, field hint: is missing. Say what to look at again",
    ),
    "a reason against evidence that supports": (
        EVIDENCE, "      open-door: An", "      paw-prints: An",
        "card walked, field not, paw-prints: is right for this card.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", [*GOOD, "axes"])
def test_a_good_file_is_read(kind: str, written: Callable[..., Board]) -> None:
    read = written(AXES if kind == "axes" else GOOD[kind])
    assert read.kind == ("sort" if kind == "axes" else kind) and len(read.cards) >= 3


@pytest.mark.parametrize("fault", BROKEN)
def test_a_broken_file_is_refused_with_place_and_mend(
    fault: str, written: Callable[..., Board]
) -> None:
    good, old, new, message = BROKEN[fault]
    with pytest.raises(BoardError) as refused:
        written(good, old, new)
    assert message in str(refused.value)
    assert str(refused.value).startswith("data/boards/short.yml, line ")


def test_every_fault_is_named_on_its_own_line(written: Callable[..., Board]) -> None:
    with pytest.raises(BoardError) as refused:
        written(SORT.replace("text: The carp", "text: 7"), "text: The mole", "text: 8")
    lines = str(refused.value).splitlines()
    assert len(lines) == 2 and "card carp" in lines[0] and "card mole" in lines[1]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"\xef\xbb\xbf" + SORT.encode(), "line 1: a byte order mark. Save as UTF-8 without BOM."),
        (SORT.encode().replace(b"The carp\n", b"Caf\xe9\n"), "line 15: not UTF-8."),
        (b"# nothing\n", "line 1: nothing will not do. Start with 'title:'."),
    ],
    ids=["BOM", "Latin-1", "empty"],
)
def test_a_file_that_is_no_utf_8_yaml_mapping_is_refused(
    content: bytes, message: str, written: Callable[..., Board]
) -> None:
    with pytest.raises(BoardError, match=re.escape(f"data/boards/short.yml, {message}")):
        written(content=content)


def test_a_board_that_does_not_exist_is_named_with_what_does() -> None:
    with pytest.raises(BoardError, match=r"no board data/boards/signls\.yml\. Did you mean 'sig"):
        board("signls")


def test_every_rule_of_the_schema_says_how_to_mend_what_breaks_it() -> None:
    schema = boardfile._schema()

    def fields(node: Any) -> list[tuple[str, Any]]:
        found = list(node.get("properties", {}).items()) if isinstance(node, dict) else []
        for child in node.values() if isinstance(node, dict) else node:
            if isinstance(child, dict | list):
                found += fields(child)
        return found

    found = fields(schema)
    assert len(found) > 30
    assert not {name for name, rule in found if not yamlfile.mend(rule, schema)}


# ---- versions: what a reader's saved board hangs on ----------------------------------------------


@pytest.mark.parametrize(
    ("good", "old", "new"),
    [
        (SORT, "text: The mole", "text: The badger"),
        (SORT, "place: water", "place: land"),
        (SORT, "title: On land", "title: On dry land"),
        (ORDER, "date: 2021-03\n", "date: 2021-04\n"),
        (EVIDENCE, "evidence: [fish-bones]", "evidence: [fish-bones, open-door]"),
    ],
)
def test_a_changed_card_place_or_key_changes_the_version(
    good: str, old: str, new: str, written: Callable[..., Board]
) -> None:
    assert written(good).version != written(good, old, new).version


@pytest.mark.parametrize(
    ("good", "old"),
    [
        (SORT, "It breathes through gills."),
        (SORT, "Has it legs?"),
        (SORT, "It leaps, but it does not fly."),
        (SORT, "Most animals keep to one element."),
        (EVIDENCE, "It shows that anyone could come in."),
    ],
)
def test_better_feedback_costs_no_reader_a_board(
    good: str, old: str, written: Callable[..., Board]
) -> None:
    assert written(good).version == written(good, old, "Said better.").version


# ---- grading -------------------------------------------------------------------------------------


def test_a_card_is_right_in_each_defensible_place(written: Callable[..., Board]) -> None:
    put = {"carp": ["water"], "mole": ["air"], "swift": ["air"], "duck": ["air"]}
    graded = grade(written(), put)
    assert [card["right"] for card in graded.values()] == [True, False, True, True]
    assert grade(written(), {**put, "duck": ["water"]})["duck"]["right"]
    assert not grade(written(), {**put, "duck": ["land"]})["duck"]["right"]


@pytest.mark.parametrize(
    ("claim", "place", "piece", "right"),
    [
        ("ate", "cat", "fish-bones", True),
        ("ate", "dog", "fish-bones", False),
        ("ate", "cat", "open-door", False),
        ("ate", "cat", None, False),
        ("ate", "not-supported", None, False),
        ("meant-harm", "not-supported", None, True),
        ("meant-harm", "dog", None, False),
        ("meant-harm", "dog", "paw-prints", False),
    ],
)
def test_a_claim_stands_only_with_its_actor_and_evidence_that_supports_it(
    claim: str, place: str, piece: str | None, right: bool, written: Callable[..., Board]
) -> None:
    put = {"ate": ["cat", None], "walked": ["dog", None], "meant-harm": ["dog", None]}
    graded = grade(written(EVIDENCE), {**put, claim: [place, piece]})
    assert graded[claim] == {"place": place, "right": right, "evidence": piece}


@pytest.mark.parametrize(
    ("ranks", "kept"),
    [
        ([0, 1, 2, 3], {0, 1, 2, 3}),
        ([3, 0, 1, 2], {1, 2, 3}),
        ([1, 2, 3, 0], {0, 1, 2}),
        ([0, 2, 1, 3], {0, 1, 3}),
        ([3, 2, 1, 0], {0}),
        ([], set()),
    ],
)
def test_one_card_at_the_wrong_end_leaves_the_others_right(
    ranks: list[int], kept: set[int]
) -> None:
    assert in_sequence(ranks) == kept


# ---- the page ------------------------------------------------------------------------------------


def parsed(board: Board) -> lxml.html.HtmlElement:
    return lxml.html.fromstring(render(board))


def of_class(node: lxml.html.HtmlElement, name: str) -> list[lxml.html.HtmlElement]:
    """All elements below a node that have a class."""
    return node.xpath(f".//*[contains(concat(' ', @class, ' '), ' {name} ')]")


@pytest.mark.parametrize("kind", GOOD)
def test_the_html_holds_cards_places_answer_and_feedback(
    kind: str, written: Callable[..., Board]
) -> None:
    read = written(GOOD[kind])
    page = parsed(read)
    assert page.get("id") == "board-short" and page.get("data-total") == str(len(read.cards))
    (answer,) = of_class(page, "bk-answer")
    folded = answer.text_content()
    assert [n.get("data-note") for n in answer.xpath(".//li[@data-note]")] == [
        card.id for card in read.cards
    ]
    for card in read.cards:
        assert card.feedback in folded and f"sources.html#{SOURCE}" in render(read)
        assert all(reason in folded for reason in (card.against or {}).values())
    assert read.why in folded
    for place in read.places:
        assert page.xpath(f".//*[@data-place='{place.id}']") and place.title in page.text_content()
    for piece in read.evidence:
        assert piece.text in page.text_content() and piece.shows in folded


@pytest.mark.parametrize("kind", GOOD)
def test_only_the_folded_answer_tells_where_a_card_goes(
    kind: str, written: Callable[..., Board]
) -> None:
    read = written(GOOD[kind])
    page = parsed(read)
    (answer,) = of_class(page, "bk-answer")
    notes = answer.xpath(".//li[@data-note]")
    if kind == "order":
        assert [of_class(note, "bk-goes")[0].text for note in notes] == [
            "24 December 2020",
            "March 2021",
            "1 July 2021",
            "2022",
        ]
    else:
        assert [note.get("data-places").split() for note in notes] == [
            list(card.places) for card in read.cards
        ]
    answer.drop_tree()
    for piece in of_class(page, "bk-piece"):
        assert set(piece.attrib) == {"class", "data-card"}
    left = page.text_content()
    for card in read.cards:
        assert card.feedback not in left and not (card.date and card.date[:4] in left)


def test_a_field_names_its_ends_and_its_corners(written: Callable[..., Board]) -> None:
    page = parsed(written(AXES))
    spots = [spot.get("data-place") for spot in of_class(page, "bk-spot")]
    assert spots == ["water", "air", "cave", "land"]  # the upper row first
    assert [corner.text for corner in of_class(page, "bk-corner")] == [
        "large, slow", "large, fast", "small, slow", "small, fast",
    ]  # fmt: skip
    ends = {axis.get("data-end"): axis.text for axis in of_class(page, "bk-axis")}
    assert ends == {"y-low": "small", "y-high": "large", "x-low": "slow", "x-high": "fast"}


@pytest.mark.parametrize("kind", GOOD)
def test_the_html_obeys_the_pages_strict_policy(kind: str, written: Callable[..., Board]) -> None:
    page = parsed(written(GOOD[kind]))
    assert not page.xpath(".//*[@style] | .//script | .//style")
    assert not [name for node in page.iter() for name in node.attrib if name.startswith("on")]


def test_text_from_a_file_is_never_html(written: Callable[..., Board]) -> None:
    html = render(written(SORT, "text: The carp", "text: '<img src=x onerror=\"alert(1)\">'"))
    assert "<img" not in html and "&lt;img src=x onerror=&quot;alert(1)&quot;&gt;" in html


@pytest.mark.parametrize("kind", GOOD)
def test_every_control_has_a_name(kind: str, written: Callable[..., Board]) -> None:
    page = parsed(written(GOOD[kind]))
    for control in page.xpath(".//select"):
        assert control.xpath("ancestor::label")
    buttons = page.xpath(".//button")
    assert len(buttons) >= 6
    names = [b.get("aria-label") or b.text_content().strip() for b in buttons]
    assert all(re.match(r"[A-Z]", name) for name in names)


def test_cards_are_shuffled_and_never_in_the_order_of_the_file(
    written: Callable[..., Board],
) -> None:
    read = written(ORDER)
    cards = [piece.get("data-card") for piece in of_class(parsed(read), "bk-piece")]
    assert sorted(cards) == sorted(card.id for card in read.cards)
    assert cards != [card.id for card in read.cards]


def test_live_links_lead_to_source_files(written: Callable[..., Board]) -> None:
    assert "sources.md#" in render(written(), live=True)
    assert "sources.md#" not in render(written())


def test_only_a_page_with_a_board_gets_its_script_and_style(written: Callable[..., Board]) -> None:
    assert "board" in assets.COMPONENTS and (assets.WEB / "board.css").is_file()
    for name in assets.COMPONENTS:  # as bookkit.sphinx decides
        assert (f'"bk-{name}' in render(written(EVIDENCE))) == (name == "board")


def test_each_script_of_the_board_is_short_and_the_head_comes_last() -> None:
    scripts = sorted(assets.WEB.glob("board*.js"))
    assert scripts[-1].name == "board.js"
    assert all(len(path.read_text("utf-8").splitlines()) < 300 for path in scripts)


def test_a_board_has_one_link_to_copy(written: Callable[..., Board]) -> None:
    dressed = sphinx._add_links(render(written()))
    assert dressed.count('class="bk-link"') == 1
    assert 'href="#board-short" aria-label="Link to this board"' in dressed


def test_sources_of_boards_count_as_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "data" / "boards"
    folder.mkdir(parents=True)
    shutil.copy(data.ROOT / "data" / "datapackage.json", tmp_path / "data")
    (folder / "a.yml").write_text("cards:\n  - {id: a, sources: [one,\n two]}\n", encoding="utf-8")
    monkeypatch.setattr(data, "ROOT", tmp_path)
    assert reference.asked_sources("boards/*.yml") == {"one", "two"}
    assert reference.asked_sources("quiz/*.yml") == set()


# ---- the boards of the book ----------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_a_board_of_the_book_is_sound_and_its_chapter_shows_it(name: str) -> None:
    read = load(name)
    chapter = data.ROOT / "chapters" / f"{read.page}.ipynb"
    if chapter.exists():
        cells = json.loads(chapter.read_text("utf-8"))["cells"]
        code = "".join("".join(c["source"]) for c in cells if c["cell_type"] == "code")
        assert f'board("{name}")' in code


def bare(text: str) -> bool:
    """Whether a feedback says less than a sentence of six words."""
    return len(text.split()) < 6


@pytest.mark.parametrize("name", NAMES)
def test_every_feedback_of_the_book_teaches(name: str) -> None:
    assert bare("That is right.") and not bare("It was signed after the war had begun.")
    assert [card.id for card in load(name).cards if bare(card.feedback)] == []


# ---- the live widget -----------------------------------------------------------------------------


def receive(widget: BoardWidget, record: dict[str, Any]) -> None:
    """Hand the widget a message as JupyterLab sends it when the script has saved a record."""
    message = {"content": {"data": {"method": "update", "state": {"record": record}}}}
    widget._handle_msg({**message, "buffers": []})


def test_where_the_reader_put_the_cards_can_be_read_in_python(
    written: Callable[..., Board],
) -> None:
    live = BoardWidget(written())
    assert live.results == {}
    put = {"carp": ["water"], "mole": ["air"], "swift": ["air"], "duck": ["air"]}
    wrong = {"answer": put, "right": 4, "at": "2026-01-01"}  # what it claims does not count
    receive(live, {"version": "v", "answer": put, "tries": [wrong], "shown": None})
    assert (live.results["tries"], live.results["right"], live.results["of"]) == (1, 3, 4)
    assert not live.results["solved"]
    assert live.results["cards"]["mole"] == {"place": "air", "right": False}
    right = {"answer": {**put, "mole": ["land"]}, "right": 4, "at": "2026-01-01"}
    receive(live, {"version": "v", "answer": put, "tries": [wrong, right], "shown": None})
    assert live.results["solved"] and live.results["tries"] == 2
    receive(live, {})
    assert live.results == {}


def test_the_results_of_an_order_count_places_from_1(written: Callable[..., Board]) -> None:
    live = BoardWidget(written(ORDER))
    attempt = {"answer": ["flood", "snow", "thaw", "heat"], "right": 3, "at": "2026-01-01"}
    receive(live, {"version": "v", "answer": [], "tries": [attempt], "shown": None})
    assert live.results["cards"]["flood"] == {"place": 1, "right": False}
    assert live.results["right"] == 3


def test_the_widget_shows_the_live_form_and_carries_the_page(
    written: Callable[..., Board],
) -> None:
    bundle, _ = BoardWidget(written())._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in bundle
    assert bundle["text/html"].startswith('<section class="bk-board" id="board-short"')
    assert bundle["text/plain"] == "Board: Where does it live? (4 cards)"


def test_the_html_is_the_same_bytes_in_every_process() -> None:
    program = (
        f"from bookkit.board import load, render;[print(render(load(name))) for name in {NAMES}]"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", program],
            capture_output=True,
            check=True,
            cwd=data.ROOT,
            env={"PYTHONHASHSEED": seed, "PATH": ""},
        ).stdout
        for seed in ("1", "2")
    }
    assert len(outputs) == 1 and b'class="bk-board"' in outputs.pop()
