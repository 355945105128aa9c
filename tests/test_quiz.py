"""Promises of quiz files, of the HTML made from them and of the live widget."""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import lxml.html
import pytest

from bookkit import data, quizfile, yamlfile
from bookkit.quiz import Item, Quiz, QuizError, QuizWidget, load, quiz, render

FOLDER = data.ROOT / "data" / "quiz"
NAMES = sorted(path.stem for path in FOLDER.glob("*.yml"))
SOURCE = data.all_sources()[0].id

GOOD = f"""\
title: A short quiz
page: a-chapter
sections:
  first: 1.1 First
items:
  - id: "9.1"
    type: one
    objective: "9.1"
    level: Remember
    stem: Which river runs through Kyiv?
    options:
      - text: The Dnipro
        correct: true
        feedback: It does.
      - text: The Don
        correct: false
        feedback: The Don runs through Rostov.
    section: first
    sources: [{SOURCE}]
  - id: "9.2"
    type: several
    objective: "9.1"
    level: Remember
    stem: Which are seas?
    options:
      - text: The Black Sea
        correct: true
        feedback: A sea.
      - text: The Sea of Azov
        correct: true
        feedback: A sea too.
      - text: The Dnipro
        correct: false
        feedback: A river.
    why: A river is no sea.
    section: first
    sources: [{SOURCE}]
  - id: "9.3"
    type: number
    objective: "9.1"
    level: Apply
    stem: What is half of 2,500?
    answer: 1250
    tolerance: 0
    unit: people
    low: Too low.
    high: Too high.
    near_misses:
      - value: 5000
        feedback: Twice, not half.
    why: 2,500 divided by 2 is 1,250.
    section: first
    sources: [{SOURCE}]
  - id: "9.4"
    type: order
    objective: "9.1"
    level: Remember
    stem: What came first?
    steps:
      - text: Spring
        feedback: The first of the three.
      - text: Summer
        feedback: After spring.
      - text: Autumn
        feedback: The last.
    why: So the year runs.
    section: first
    sources: [{SOURCE}]
  - id: "9.5"
    type: match
    objective: "9.1"
    level: Understand
    stem: Which capital belongs to which country?
    pairs:
      - left: Ukraine
        right: Kyiv
        feedback: It lies on the Dnipro.
      - left: Poland
        right: Warsaw
        feedback: It lies on the Vistula.
    extra:
      - Vienna
    why: Vienna is the capital of Austria.
    section: first
    sources: [{SOURCE}]
"""


@pytest.fixture
def written(tmp_path: Path) -> Callable[..., Quiz]:
    """Write a quiz file, GOOD with one piece replaced, and load it."""

    def write(old: str = "", new: str = "", content: bytes | None = None) -> Quiz:
        assert old in GOOD
        changed = GOOD.replace(old, new, 1) if old else GOOD
        (tmp_path / "short.yml").write_bytes(content or changed.encode())
        return load("short", tmp_path)

    return write


# ---- a broken file is refused, with file, line, item, field and mend -----------------------------

BROKEN = {
    "two keys for one answer": (
        "correct: false\n        feedback: The Don runs",
        "correct: true\n        feedback: The Don runs",
        "line 11, item 9.1, field options: options 1 and 2 are marked correct. "
        "An item of type one has exactly one 'correct: true'.",
    ),
    "no key": (
        "correct: true",
        "correct: false",
        "line 11, item 9.1, field options: no option is right. "
        "An item of type one has exactly one 'correct: true'.",
    ),
    "several with one key": (
        "The Sea of Azov\n        correct: true",
        "The Sea of Azov\n        correct: false",
        "line 25, item 9.2, field options: 1 of 3 options are marked correct. An item of type "
        "several has at least two right options and one wrong one.",
    ),
    "several with nothing wrong": (
        "The Dnipro\n        correct: false",
        "The Dnipro\n        correct: true",
        "item 9.2, field options: 3 of 3 options are marked correct.",
    ),
    "a missing feedback": (
        "        feedback: The Don runs through Rostov.\n",
        "",
        "line 15, item 9.1, field options 2, feedback: is missing. Say what this answer shows",
    ),
    "an empty feedback": (
        "feedback: The Don runs through Rostov.",
        "feedback:",
        "line 17, item 9.1, field options 2, feedback: nothing will not do. Say what this answer",
    ),
    "a blank feedback": (
        "feedback: The Don runs through Rostov.",
        'feedback: "  "',
        'line 17, item 9.1, field options 2, feedback: "" will not do. Say what this answer',
    ),
    "a missing reason": (
        "    why: So the year runs.\n",
        "",
        "line 54, item 9.4, field why: is missing. Say why the right answer is right",
    ),
    "a duplicate id": (
        '"9.2"',
        '"9.1"',
        "line 20, item 9.1, field id: is used twice in this file. Give each item its own id.",
    ),
    "an id that is a number": (
        'id: "9.2"',
        "id: 9.2",
        "line 20, item number 2, field id: 9.2 will not do. Write chapter and number in quotes, "
        'for example "2.1".',
    ),
    "an unknown type": (
        "type: several",
        "type: sevral",
        "line 21, item 9.2, field type: 'sevral' is not known. Did you mean 'several'?",
    ),
    "an empty stem": (
        "stem: What came first?",
        'stem: ""',
        'line 58, item 9.4, field stem: "" will not do. Write the question as text.',
    ),
    "a missing stem": (
        "    stem: What came first?\n",
        "",
        "line 54, item 9.4, field stem: is missing. Write the question as text.",
    ),
    "a number as text": (
        "answer: 1250",
        "answer: 1,250 people",
        'line 43, item 9.3, field answer: "1,250 people" will not do. Write a number: digits and',
    ),
    "a quoted number": (
        "answer: 1250",
        'answer: "1250"',
        'line 43, item 9.3, field answer: "1250" will not do. Write a number',
    ),
    "a text that YAML reads as a number": (
        "text: The Don",
        "text: 1991",
        "line 15, item 9.1, field options 2, text: 1991 will not do. Write the option as text; "
        "put a number in quotes.",
    ),
    "a negative tolerance": (
        "tolerance: 0",
        "tolerance: -1",
        "line 44, item 9.3, field tolerance: -1 will not do. Write the largest error that still",
    ),
    "a near miss that is right": (
        "value: 5000",
        "value: 1250",
        "line 49, item 9.3, field near_misses 1, value: 1250 counts as right with this tolerance.",
    ),
    "an unknown source": (
        f"sources: [{SOURCE}]",
        "sources: [no-such-source]",
        "line 19, item 9.1, field sources 1: 'no-such-source' is not in data/sources.bib. "
        "Add the source or correct the id.",
    ),
    "no source": (
        f"sources: [{SOURCE}]",
        "sources: []",
        "line 19, item 9.1, field sources: [] will not do. List ids from data/sources.bib",
    ),
    "an unknown section": (
        "section: first",
        "section: frist",
        "line 18, item 9.1, field section: 'frist' is not under 'sections'. Did you mean 'first'?",
    ),
    "an unknown field": (
        "feedback: The Don runs",
        "feedbak: The Don runs",
        "line 17, item 9.1, field options 2, feedbak: is not known here. Did you mean 'feedback'?",
    ),
    "a field of another type": (
        "    why: So the year runs.",
        "    why: So the year runs.\n    tolerance: 0",
        "line 67, item 9.4, field tolerance: is not known here.",
    ),
    "an unknown field of the file": (
        "page: a-chapter",
        "page: a-chapter\nauthor: me",
        "line 3, field author: is not known here.",
    ),
    "all of the above": (
        "text: The Don\n",
        "text: All of the above\n",
        "line 15, item 9.1, field options 2, text: 'All of the above' tests logic, not knowledge.",
    ),
    "an option written twice": (
        "text: The Don\n",
        "text: The Dnipro\n",
        "line 15, item 9.1, field options 2, text: 'The Dnipro' stands here twice.",
    ),
    "a step written twice": (
        "text: Autumn",
        "text: Spring",
        "item 9.4, field steps 3, text: 'Spring' stands here twice.",
    ),
    "two right sides alike": (
        "right: Warsaw",
        "right: Kyiv",
        "item 9.5, field pairs 2, right: 'Kyiv' stands here twice.",
    ),
    "an extra choice that matches": (
        "- Vienna",
        "- Warsaw",
        "item 9.5, field extra 1: 'Warsaw' stands here twice.",
    ),
    "a tab": ("    type: one", "\ttype: one", "line 7: a tab. Use spaces instead."),
    "a key that stands twice": (
        "    type: one\n",
        "    type: one\n    type: one\n",
        "line 8, field type: stands here a second time. Keep one of the two.",
    ),
    "a colon in plain text": (
        "stem: Which are seas?",
        "stem: Seas: which are?",
        "line 24: not YAML (mapping values are not allowed here). Check the indentation",
    ),
    "a list where a mapping belongs": (
        "sections:\n  first: 1.1 First\n",
        "sections: [first]\n",
        'line 3, field sections: ["first"] will not do. List the headings',
    ),
}


def test_a_good_file_is_read(written: Callable[..., Quiz]) -> None:
    read = written()
    assert [item.type for item in read.items] == ["one", "several", "number", "order", "match"]
    assert read.items[2].content["answer"] == 1250


@pytest.mark.parametrize("fault", BROKEN)
def test_a_broken_file_is_refused_with_place_and_mend(
    fault: str, written: Callable[..., Quiz]
) -> None:
    old, new, message = BROKEN[fault]
    with pytest.raises(QuizError) as refused:
        written(old, new)
    assert message in str(refused.value)
    assert str(refused.value).startswith("data/quiz/short.yml, line ")


def test_every_fault_is_named_on_its_own_line(written: Callable[..., Quiz]) -> None:
    with pytest.raises(QuizError) as refused:
        written("tolerance: 0\n    unit: people", "tolerance: -1\n    unit: 7")
    lines = str(refused.value).splitlines()
    assert len(lines) == 2 and "tolerance" in lines[0] and "unit" in lines[1]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"\xef\xbb\xbf" + GOOD.encode(), "line 1: a byte order mark. Save as UTF-8 without BOM."),
        (GOOD.encode("utf-16"), "line 1: a byte order mark."),
        (
            GOOD.encode().replace(b"The Don\n", b"Caf\xe9\n"),
            "line 15: not UTF-8. Save the file as UTF-8.",
        ),
        (b"# nothing\n", "line 1: nothing will not do."),
        (b"- a\n- list\n", "line 1: "),
    ],
    ids=["BOM", "UTF-16", "Latin-1", "empty", "list"],
)
def test_a_file_that_is_no_utf_8_yaml_mapping_is_refused(
    content: bytes, message: str, written: Callable[..., Quiz]
) -> None:
    with pytest.raises(QuizError, match=re.escape(f"data/quiz/short.yml, {message}")):
        written(content=content)


def test_an_id_used_in_another_file_is_refused(
    written: Callable[..., Quiz], tmp_path: Path
) -> None:
    (tmp_path / "other.yml").write_text('items:\n  - type: one\n    id: "9.4"\n', "utf-8")
    with pytest.raises(QuizError, match=r"item 9\.4, field id: is also used in data/quiz/other"):
        written()


def test_a_quiz_or_item_that_does_not_exist_is_named_with_what_does() -> None:
    with pytest.raises(
        QuizError, match=r"no quiz data/quiz/eigth-weeks-at-the-border\.yml\. Did you mean"
    ):
        load("eigth-weeks-at-the-border")
    with pytest.raises(QuizError, match=r"no item '9\.9'\. It has 1\.1, 1\.2, 1\.3"):
        quiz("how-we-got-here", items=["1.2", "9.9"])
    with pytest.raises(QuizError, match="name at least one item, and each only once"):
        quiz("how-we-got-here", items=["1.2", "1.2"])
    with pytest.raises(QuizError, match="name at least one item"):
        quiz("how-we-got-here", items=[])


def test_every_rule_of_the_schema_says_how_to_mend_what_breaks_it() -> None:
    """Each field that can be missing or wrong has a description, the end of its message."""
    schema = quizfile._schema()

    def fields(node: Any) -> list[tuple[str, Any]]:
        found = list(node.get("properties", {}).items()) if isinstance(node, dict) else []
        children = node.values() if isinstance(node, dict) else node
        for child in children:
            if isinstance(child, dict | list):
                found += fields(child)
        return found

    silent = {
        name
        for name, rule in fields(schema)
        if "const" not in rule and not yamlfile.mend(rule, schema)
    }
    assert not silent, f"no description for {silent}"


# ---- versions: what a reader's saved progress hangs on -------------------------------------------


def test_a_changed_question_or_key_changes_only_its_own_version(
    written: Callable[..., Quiz],
) -> None:
    before = [item.version for item in written().items]
    for old, new, changed in [
        ("What came first?", "What came before?", 3),
        ("tolerance: 0", "tolerance: 10", 2),
        ("The Sea of Azov", "The Azov Sea", 1),
        ("- Vienna", "- Prague", 4),
    ]:
        after = [item.version for item in written(old, new).items]
        assert [n for n in range(5) if after[n] != before[n]] == [changed]


def test_a_swapped_key_changes_the_version(written: Callable[..., Quiz]) -> None:
    before = written().items[0].version
    text = GOOD.replace("correct: true", "correct: SWAP", 1)
    text = text.replace("correct: false", "correct: true", 1).replace("SWAP", "false", 1)
    assert written(content=text.encode()).items[0].version != before


def test_better_feedback_costs_no_reader_progress(written: Callable[..., Quiz]) -> None:
    before = [item.version for item in written().items]
    for old in ("It does.", "Too low.", "Twice, not half.", "So the year runs.", "After spring."):
        assert [item.version for item in written(old, "Said better.").items] == before


# ---- the questions of the book -------------------------------------------------------------------

ITEMS = [(name, item) for name in NAMES for item in load(name).items]
CHOICES = [item for _, item in ITEMS if item.type in ("one", "several")]


def keys(item: Item) -> list[int]:
    return [n for n, option in enumerate(item.content["options"]) if option["correct"]]


def longest_is_key(item: Item) -> bool:
    lengths = [len(option["text"]) for option in item.content["options"]]
    (key,) = keys(item)
    return lengths[key] == max(lengths) and lengths.count(max(lengths)) == 1


def crowded_places(items: list[Item], share: float) -> list[int]:
    """Return the places (from 0) that hold the key in more than a share of the items."""
    places = [keys(item)[0] for item in items]
    return [place for place in set(places) if places.count(place) > share * len(places)]


def one_item(texts: list[str], key: int) -> Item:
    options = [
        {"text": text, "correct": n == key, "feedback": "Because."} for n, text in enumerate(texts)
    ]
    return Item("9.1", "one", "9.1", "Apply", "Which?", "first", (), {"options": options})


@pytest.mark.parametrize("name", NAMES)
def test_each_chapter_has_thirteen_items_of_all_five_types(name: str) -> None:
    quiz = load(name)
    number = int(quiz.page.split("-")[0])
    assert [item.id for item in quiz.items] == [f"{number}.{n}" for n in range(1, 14)]
    assert {item.type for item in quiz.items} == {"one", "several", "number", "order", "match"}


def test_the_bank_holds_a_hundred_items() -> None:
    assert len(ITEMS) >= 100
    assert sum(item.type != "one" for _, item in ITEMS) >= 36


def test_claims_in_the_questions_are_in_the_table_of_estimates() -> None:
    estimates = data.table("troop-estimates")
    known = {*estimates["low"].dropna(), *estimates["high"].dropna()}
    items = {item.id: item for item in load("eight-weeks-at-the-border").items}
    lefts = [pair["left"] for pair in items["2.2"].content["pairs"]]
    claims = re.findall(r"\d{2,3},000", items["2.5"].stem)
    assert len(claims) == 5
    claims += [re.search(r"[\d,]+", left)[0] for left in lefts]
    assert {int(claim.replace(",", "")) for claim in claims} <= known
    (groups,) = estimates.loc[estimates["id"] == "khomchak-28", "low"]
    assert items["2.6"].content["answer"] == groups * 600


def test_the_key_is_rarely_the_longest_option() -> None:
    ones = [item for item in CHOICES if item.type == "one"]
    longest = [item.id for item in ones if longest_is_key(item)]
    assert len(longest) <= 0.3 * len(ones), f"the key is the longest option in {longest}"


def test_the_length_rule_sees_a_long_key() -> None:
    assert longest_is_key(one_item(["No", "A much longer right answer"], key=1))
    assert not longest_is_key(one_item(["A much longer wrong answer", "Yes"], key=1))
    assert not longest_is_key(one_item(["Same", "Also"], key=1))


def test_the_places_of_the_keys_are_balanced() -> None:
    ones = [item for item in CHOICES if item.type == "one"]
    assert crowded_places(ones, 0.4) == []
    assert {keys(item)[0] for item in ones} == {0, 1, 2, 3}


def test_the_balance_rule_sees_a_crowded_place() -> None:
    crowd = [one_item(["a", "b", "c", "d"], key=1)] * 4 + [one_item(["a", "b", "c", "d"], key=2)]
    assert crowded_places(crowd, 0.4) == [1]


ABSOLUTE = re.compile(r"\b(always|never|only ever|impossible)\b", re.I)
BARE = re.compile(r"^(no|wrong|right|correct|incorrect|not right|that is wrong)\b[.!, ]*", re.I)


def test_wrong_options_hold_no_word_that_gives_them_away() -> None:
    assert ABSOLUTE.search("It is never so")  # the rule can fail
    for item in CHOICES:
        for option in item.content["options"]:
            assert option["correct"] or not ABSOLUTE.search(option["text"]), item.id


def feedback_of(value: Any) -> list[str]:
    if isinstance(value, dict):
        own = [value[name] for name in ("feedback", "why", "low", "high") if name in value]
        return own + [text for part in value.values() for text in feedback_of(part)]
    return [text for part in value for text in feedback_of(part)] if isinstance(value, list) else []


def teaches(feedback: str) -> bool:
    """Whether feedback says more than right or wrong: a sentence of seven words or more."""
    return len(BARE.sub("", feedback).split()) >= 7


def test_every_feedback_teaches() -> None:
    assert not teaches("Wrong, that is not it.")
    assert not teaches("Right.")
    for _, item in ITEMS:
        said = feedback_of(dict(item.content))
        assert len(said) >= 3
        assert all(teaches(text) for text in said), (item.id, [t for t in said if not teaches(t)])


def test_every_section_a_question_points_to_is_a_heading_of_its_chapter() -> None:
    import nbformat
    from docutils.nodes import make_id

    for name in NAMES:
        read = load(name)
        chapter = data.ROOT / "chapters" / f"{read.page}.ipynb"
        if not chapter.exists():
            continue  # then the page prints the section's name and no link
        text = "\n".join(
            cell.source for cell in nbformat.read(chapter, 4).cells if cell.cell_type == "markdown"
        )
        headings = {make_id(line) for line in re.findall(r"^#+ (.*)$", text, re.M)}
        assert {item.section for item in read.items} <= headings


# ---- the page ------------------------------------------------------------------------------------


def of_class(node: lxml.html.HtmlElement, name: str) -> list[lxml.html.HtmlElement]:
    """All elements below a node that have a class."""
    return node.xpath(f".//*[contains(concat(' ', @class, ' '), ' {name} ')]")


@pytest.fixture
def page(written: Callable[..., Quiz]) -> lxml.html.HtmlElement:
    return lxml.html.fromstring(render(written()))


def test_the_html_holds_question_options_answer_and_feedback(page: lxml.html.HtmlElement) -> None:
    items = of_class(page, "bk-item")
    assert [item.get("id") for item in items] == [f"quiz-item-9-{n}" for n in range(1, 6)]
    for item in items:
        (answer,) = of_class(item, "bk-answer")
        assert item.xpath(".//fieldset/legend")
        assert f"sources.html#{SOURCE}" in lxml.html.tostring(answer, encoding="unicode")
        assert "Read again" not in answer.text_content()  # its chapter does not exist
    first, _, third, fourth, fifth = (
        of_class(item, "bk-answer")[0].text_content() for item in items
    )
    assert "Right: The Dnipro." in first and "The Don runs through Rostov." in first
    assert "1,250 people" in third and "Twice, not half." in third
    assert fourth.index("Spring") < fourth.index("Summer") < fourth.index("Autumn")
    assert "Poland: Warsaw." in fifth


def test_every_feedback_of_every_item_is_in_the_html_once() -> None:
    for name in NAMES:
        whole = load(name)
        html = lxml.html.fromstring(render(whole))
        for item in whole.items:
            (node,) = html.xpath(f".//*[@data-item='{item.id}']")
            notes = [note.text_content() for note in node.xpath(".//*[@data-note]")]
            assert sorted(notes) == sorted(feedback_of(dict(item.content)))


def test_every_control_has_a_name_and_every_group_a_legend(page: lxml.html.HtmlElement) -> None:
    for control in page.xpath(".//input | .//select"):
        assert control.xpath("ancestor::label"), "a control without a label"
        assert control.xpath("ancestor::fieldset/legend")
    for button in page.xpath(".//button"):
        assert button.text_content().strip() and (
            button.get("aria-label") or re.match(r"[A-Z]", button.text_content())
        )


def test_steps_and_choices_are_shuffled_the_same_way_each_time_and_never_right() -> None:
    for seed in ("2.1", "9.4", "", "x"):
        for length in range(2, 9):
            order = quizfile.shuffled(seed, length)
            assert sorted(order) == list(range(length)) != order
            assert order == quizfile.shuffled(seed, length)


def test_labels_count_what_is_shown_and_shown_tells_what_each_stands_for(
    written: Callable[..., Quiz],
) -> None:
    """A label is a place on the page; `shown` gives the place in the file behind it."""
    items = {item.type: item for item in written().items}
    page = lxml.html.fromstring(render(written()))
    steps = page.xpath(".//li[@data-step]")
    assert [step.get("data-step") for step in steps] == ["0", "1", "2"]
    texts = [step["text"] for step in items["order"].content["steps"]]
    assert [of_class(step, "bk-step")[0].text for step in steps] == [
        texts[n] for n in quizfile.shown(items["order"])
    ]
    choices = page.xpath(".//select")[0].xpath("option[@value != '']")
    assert [choice.get("value") for choice in choices] == ["0", "1", "2"]
    rights = ["Kyiv", "Warsaw", "Vienna"]
    assert [c.text for c in choices] == [rights[n] for n in quizfile.shown(items["match"])]
    assert quizfile.shown(items["one"]) == [0, 1] and quizfile.shown(items["several"]) == [0, 1, 2]
    assert quizfile.shown(items["number"]) == []


def test_the_key_of_each_item_stands_in_one_attribute(written: Callable[..., Quiz]) -> None:
    items = written().items
    keys = [
        json.loads(node.get("data-key"))
        for node in lxml.html.fromstring(render(written())).xpath(".//*[@data-item]")
    ]
    assert keys[:2] == [[0], [0, 1]] and keys[2]["answer"] == 1250
    assert [quizfile.shown(items[3])[label] for label in keys[3]] == [0, 1, 2]
    assert [quizfile.shown(items[4])[label] for label in keys[4]] == [0, 1]


def asked_alone(item: Item) -> str:
    """The item's HTML without key, folded answer, id and version (a digest of the key, too)."""
    page = lxml.html.fromstring(render(Quiz("q", "Q", "", {}, (item,))))
    for answer in of_class(page, "bk-answer"):
        answer.drop_tree()
    for node in page.xpath(".//*[@data-key]"):
        del node.attrib["data-key"]
    text = str(lxml.html.tostring(page, encoding="unicode"))
    return (
        text.replace(item.version, "").replace(item.id.replace(".", "-"), "").replace(item.id, "")
    )


def shown_as(kind: str, number: str, texts: list[str]) -> Item:
    """An order or a match that shows these texts in this order, whatever is right."""
    item = Item(number, kind, "9.1", "Apply", "Which?", "first", (), {})
    length = len(texts)
    behind = quizfile.shuffled(number, length)
    in_file = [texts[behind.index(n)] for n in range(length)]
    if kind == "order":
        steps = [{"text": text, "feedback": "Because."} for text in in_file]
        return replace(item, content={"steps": steps, "why": "So."})
    pairs = [
        {"left": left, "right": right, "feedback": "Because."}
        for left, right in zip("ABCD", in_file, strict=False)
    ]
    return replace(item, content={"pairs": pairs, "extra": in_file[4:], "why": "So."})


@pytest.mark.parametrize("kind", ["order", "match"])
def test_without_key_and_folded_answer_nothing_tells_what_is_right(kind: str) -> None:
    """Two questions that show the same and differ in what is right are the same HTML."""
    texts = ["spring", "summer", "autumn", "winter", "fog"]
    one, other = (shown_as(kind, number, texts) for number in ("9.1", "9.7"))
    assert one.content != other.content  # another answer is right
    assert asked_alone(one) == asked_alone(other)


def test_text_from_a_file_is_never_html(written: Callable[..., Quiz]) -> None:
    html = render(written("text: The Don\n", "text: '<img src=x onerror=\"alert(1)\">'\n"))
    assert "<img" not in html and "&lt;img src=x onerror=&quot;alert(1)&quot;&gt;" in html


def test_the_html_obeys_the_pages_strict_policy(page: lxml.html.HtmlElement) -> None:
    assert not page.xpath(".//*[@style] | .//script | .//style")
    assert not [name for node in page.iter() for name in node.attrib if name.startswith("on")]


def test_the_link_leads_to_the_section_once_the_chapter_exists(
    written: Callable[..., Quiz], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    short = written()
    monkeypatch.setattr("bookkit.quiz.CHAPTERS", tmp_path)
    assert "a-chapter" not in render(short)
    (tmp_path / "a-chapter.ipynb").touch()
    assert '<a href="a-chapter.html#first">1.1 First</a>' in render(short)
    assert '<a href="a-chapter.ipynb#first">1.1 First</a>' in render(short, live=True)


# ---- the live widget -----------------------------------------------------------------------------


@pytest.fixture
def live(written: Callable[..., Quiz]) -> QuizWidget:
    return QuizWidget(written())


def attempt(answer: Any, correct: bool, confidence: int = 70) -> dict[str, Any]:
    return {"answer": answer, "correct": correct, "confidence": confidence, "at": "2026-01-01"}


def receive(widget: QuizWidget, records: dict[str, Any]) -> None:
    """Hand the widget a message as JupyterLab sends it when the script has saved a record."""
    message = {"content": {"data": {"method": "update", "state": {"records": records}}}}
    widget._handle_msg({**message, "buffers": []})


def test_what_the_reader_does_can_be_read_in_python(live: QuizWidget) -> None:
    seen: list[Any] = []
    live.observe(lambda change: seen.append(change["new"]), "results")
    assert live.results == {} and live.score() == (0, 5)
    tries = [attempt(1, False, 90), attempt(0, True, 50)]
    receive(live, {"9.1": {"version": "v", "tries": tries, "shown": None}})
    expected = {"correct": True, "tries": 2, "confidence": 90, "answer": 0}
    assert live.results == {"9.1": expected}
    assert seen == [{"9.1": expected}]
    assert live.score() == (1, 5)


def test_a_right_answer_after_looking_at_the_key_does_not_count(live: QuizWidget) -> None:
    tries = [attempt(1, False), attempt(0, True)]
    receive(live, {"9.1": {"version": "v", "tries": tries, "shown": 1}})
    assert live.results["9.1"]["correct"] is False and live.results["9.1"]["tries"] == 2


def test_start_again_empties_the_results(live: QuizWidget) -> None:
    receive(live, {"9.1": {"version": "v", "tries": [attempt(0, True)], "shown": None}})
    receive(live, {})
    assert live.results == {}


def test_the_widget_shows_the_live_form_and_carries_the_page(live: QuizWidget) -> None:
    bundle, _ = live._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in bundle
    assert bundle["text/html"].startswith('<section class="bk-quiz" id="quiz-short"')
    assert bundle["text/plain"] == "Quiz: A short quiz (5 questions)"


def test_part_of_a_file_keeps_the_order_asked_for_and_has_its_own_id() -> None:
    name, item = ITEMS[-1]
    first = next(other for quiz_name, other in ITEMS if quiz_name == name)
    html = lxml.html.fromstring(quiz(name, items=[item.id, first.id]).html)
    assert html.get("id") == f"quiz-{name}-{item.id.replace('.', '-')}"
    assert [node.get("data-item") for node in of_class(html, "bk-item")] == [item.id, first.id]


def test_the_html_is_the_same_bytes_in_every_process() -> None:
    program = (
        "from bookkit.quiz import quiz;"
        f"bundles = [quiz(name)._repr_mimebundle_()[0] for name in {NAMES}];"
        "[print(bundle['text/html'], bundle['text/plain']) for bundle in bundles]"
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
    assert len(outputs) == 1 and b"quiz-item-2-1" in outputs.pop()
