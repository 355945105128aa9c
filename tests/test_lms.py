"""Promises of the files for learning platforms: nothing lost, keys right, ids stable, or no file.

Foreign readers look at what we write: gift-pegjs (in the browser) at GIFT, qti-convert at QTI 3,
pandas at the table; QTI 1.2 is written by text2qti. Moodle XML has no published schema; it is read
here along the paths that Moodle's importer takes.
"""

import io
import json
import re
import shutil
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from lxml import etree, html
from playwright.sync_api import Browser

from bookkit import data
from bookkit.classroom import bank, gift, lms, moodle, qti3, qti12
from bookkit.quizfile import Item, QuizError, shown

QUIZZES = data.ROOT / "data" / "quiz"
GIFT_PARSER = Path(__file__).parent / "data" / "gift-pegjs" / "gift-parser-globals.js"
FILES = ["README.txt", "moodle.xml", "gift.txt", "qti12.zip", "qti3.zip", "items.csv"]
AWKWARD = 'said "5 < 6 & {7} ~8 = #9: \\ 100%" -> Їжак\'s $x$ *y* `z` [id:q] &amp; <b>'
# The fractions that Moodle allows for an answer, from the list in its question bank.
FRACTIONS = {100, 90, 83.33333, 80, 75, 70, 66.66667, 60, 50, 40, 33.33333, 30, 25, 20, 16.66667}
FRACTIONS |= {14.28571, 12.5, 11.11111, 10, 5, 0}


@dataclass
class Seen:
    """What a reader of a file finds of one question; texts as a student sees them."""

    stem: str = ""
    right: set[str] = field(default_factory=set)  # texts of right options, "left = right", numbers
    notes: dict[str, str] = field(default_factory=dict)  # what is said of each option or number
    general: str = ""


# ---- the banks that are written ------------------------------------------------------------------


def awkward_items() -> list[dict[str, Any]]:
    """A question of each type, each text with all that some format gives a meaning to."""

    def text(n: int) -> str:
        return f"%{n}% {AWKWARD} {n}"

    def common(n: int, kind: str) -> dict[str, Any]:
        told = {"objective": "2.1", "level": "Apply", "section": "the-front-heats-up"}
        return {"id": f"2.{n}", "type": kind, "stem": f"{AWKWARD} {n}\nSecond line?", **told,
                "sources": ["ap-wtop-0326"]}  # fmt: skip

    def options(right: tuple[int, ...]) -> list[dict[str, Any]]:
        return [{"text": text(n), "correct": n in right, "feedback": f"F{n} {AWKWARD}"}
                for n in range(5)]  # fmt: skip

    miss = {"value": 1.5, "feedback": f"M {AWKWARD}"}
    steps = [{"text": text(n), "feedback": f"F{n} {AWKWARD}"} for n in range(4)]
    pairs = [{"left": f"L{n} {AWKWARD}", "right": text(n), "feedback": f"F{n} {AWKWARD}"}
             for n in range(3)]  # fmt: skip
    why = {"why": f"Because {AWKWARD}"}
    number = {"answer": 2.5, "tolerance": 0.25, "unit": "< units &", "near_misses": [miss]}
    return [
        common(1, "one") | {"options": options((3,))},
        common(2, "several") | {"options": options((0, 2, 4))} | why,
        common(3, "number") | number | {"low": f"Low {AWKWARD}", "high": f"High {AWKWARD}"} | why,
        common(4, "order") | {"steps": steps} | why,
        common(5, "match") | {"pairs": pairs, "extra": [text(9)]} | why,
    ]


def written_quiz(folder: Path, items: list[dict[str, Any]]) -> Path:
    """A folder with one quiz file of these items; JSON is YAML too."""
    quiz = {
        "title": "Awkward & < odd",
        "page": "02-eight-weeks-at-the-border",
        "sections": {"the-front-heats-up": "2.1 The front & <heats> up"},
        "items": items,
    }
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "awkward.yml").write_text(json.dumps(quiz), encoding="utf-8")
    return folder


@pytest.fixture(scope="module", params=["the book's bank", "awkward texts"])
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The folder with the files, and the items in them."""
    root = tmp_path_factory.mktemp("lms")
    quizzes = None
    if request.param == "awkward texts":
        quizzes = written_quiz(root / "quiz", awkward_items())
    lms.write(root / "out", quizzes)
    return root / "out", bank.items(bank.read(quizzes))


def said(text: str) -> str:
    """Text without regard to the width of white space."""
    return " ".join(text.split())


def seen(markup: str) -> str:
    """What a student reads of some HTML."""
    tree = html.fragment_fromstring(markup.replace("<br>", "\n"), create_parent=True)
    for block in tree.iter("p", "li"):
        block.tail = f"\n{block.tail or ''}"
    return said(tree.text_content())


def expected(item: Item) -> Seen:
    """What every file must tell of an item, from the quiz file itself."""
    content, found = item.content, Seen(said(item.stem))
    if item.type in ("one", "several"):
        found.right = {said(o["text"]) for o in content["options"] if o["correct"]}
        found.notes = {said(o["text"]): said(o["feedback"]) for o in content["options"]}
    elif item.type == "number":
        found.right = {f"{float(content['answer'])}"}
        misses = content.get("near_misses", [])
        found.notes = {f"{float(m['value'])}": said(m["feedback"]) for m in misses}
    elif item.type == "match":
        found.right = {said(f"{p['left']} = {p['right']}") for p in content["pairs"]}
    else:
        steps = enumerate(content["steps"], start=1)
        found.right = {said(f"{n} = {step['text']}") for n, step in steps}
    return found


def check(item: Item, found: Seen) -> None:
    """Nothing of the question, its key and its feedback is missing or altered."""
    wanted = expected(item)
    assert wanted.stem in found.stem, item.id
    assert found.right == wanted.right, item.id
    assert wanted.notes.items() <= found.notes.items(), item.id
    told = [bank.why(item), item.heading, *(who for who, _ in bank.sources(item))]
    if item.type in ("order", "match"):
        told += [feedback for _, feedback in bank.notes(item)]
    everything = said(" ".join([found.general, *found.notes.values()]))
    for text in told:
        assert said(text) in everything, (item.id, text)


# ---- Moodle XML ----------------------------------------------------------------------------------


def of_moodle(path: Path) -> dict[str, Seen]:
    """Questions of a Moodle XML file by ID number, along the paths of Moodle's importer."""
    found = {}
    for question in etree.parse(path).getroot().iterfind("question"):
        kind = question.get("type")
        if kind == "category":
            continue
        general = seen(question.findtext("generalfeedback/text"))
        one = Seen(seen(question.findtext("questiontext/text")), general=general)
        for answer in question.iterfind("answer"):
            text, fraction = answer.findtext("text"), float(answer.get("fraction"))
            note = seen(answer.findtext("feedback/text"))
            if kind == "numerical":
                text = text if text == "*" else str(float(text))
                one.notes[text] = note
            elif kind == "ordering":
                text = f"{int(fraction)} = {seen(text)}"
            else:
                text = seen(text)
                one.notes[text] = note
            if kind == "ordering" or fraction > 0:
                one.right.add(text)
        for part in question.iterfind("subquestion"):
            left, right = part.findtext("text") or "", part.findtext("answer/text")
            if left:
                one.right.add(f"{seen(left)} = {seen(right)}")
        found[question.findtext("idnumber")] = one
    return found


def test_moodle_xml_keeps_every_question_its_key_and_all_feedback(made: Any) -> None:
    folder, items = made
    found = of_moodle(folder / "moodle.xml")
    assert list(found) != [] and set(found) == {bank.uid(item) for item in items}
    for item in items:
        check(item, found[bank.uid(item)])


def test_moodle_xml_sorts_questions_into_chapters_and_objectives(made: Any) -> None:
    folder, items = made
    place, places = "", {}
    for question in etree.parse(folder / "moodle.xml").getroot().iterfind("question"):
        if question.get("type") == "category":
            place = question.findtext("category/text")
        else:
            places[question.findtext("idnumber")] = place
    for item in items:
        chapter = f"$course$/top/Alone beside a giant?/Chapter {int(item.page[:2])}"
        assert places[bank.uid(item)] == f"{chapter}/Objective {item.objective}"


def test_moodle_xml_gives_only_fractions_that_moodle_allows(made: Any) -> None:
    folder, items = made
    several = {bank.uid(item) for item in items if item.type == "several"}
    for question in etree.parse(folder / "moodle.xml").getroot().iterfind("question"):
        if question.get("type") not in ("multichoice", "numerical"):
            continue
        worth = [float(answer.get("fraction")) for answer in question.iterfind("answer")]
        assert {abs(fraction) for fraction in worth} <= FRACTIONS
        gains = sum(fraction for fraction in worth if fraction > 0)
        assert gains == pytest.approx(100, abs=0.001)
        if question.findtext("idnumber") in several:
            assert sum(worth) == pytest.approx(0, abs=0.001)  # ticking everything earns nothing


def first_match(answers: list[tuple[str, str, str, str]], typed: float) -> tuple[str, str]:
    """Percentage and feedback of the first answer that fits, as Moodle marks a number."""
    for value, spread, fraction, feedback in answers:
        if value == "*" or abs(typed - float(value)) <= float(spread) + 1e-9:
            return fraction, feedback
    raise AssertionError("no answer fits")


def test_a_number_typed_in_moodle_gets_the_feedback_of_its_slip(made: Any) -> None:
    for item in (item for item in made[1] if item.type == "number"):
        answers, content = moodle.numbers(item), item.content
        exact, spread = content["answer"], content["tolerance"]
        assert first_match(answers, exact)[0] == first_match(answers, exact + spread)[0] == "100"
        for miss in content.get("near_misses", []):
            assert first_match(answers, miss["value"]) == ("0", miss["feedback"])
        assert first_match(answers, exact - spread - 0.0123) == ("0", content["low"])
        assert first_match(answers, -987_654) == ("0", content["low"])
        assert first_match(answers, exact + spread + 0.0123) == ("0", content["high"])


# ---- GIFT ----------------------------------------------------------------------------------------


PLACEHOLDER = re.compile(r"&&(\d{3});")  # gift-pegjs 1.0.2 forgets to undo its own in a right side


def of_gift(browser: Browser, text: str) -> dict[str, Seen]:
    """Questions by name, as gift-pegjs reads them."""
    page = browser.new_page()
    page.add_script_tag(path=GIFT_PARSER)
    questions = page.evaluate("text => giftParser.parse(text)", text)
    page.close()
    found = {}
    for one in questions:
        if one["type"] == "Category":
            continue
        result = Seen(seen(one["stem"]["text"]), general=seen(one["globalFeedback"]["text"]))
        for pair in one.get("matchPairs") or []:
            left = seen(pair["subquestion"]["text"])
            if left:
                right = PLACEHOLDER.sub(lambda sign: chr(int(sign[1])), pair["subanswer"])
                result.right.add(f"{left.removeprefix('Place ')} = {seen(right)}")
        for choice in one.get("choices") or []:
            text, note = choice["text"], choice["feedback"]["text"]
            if "number" in text:
                text = str(float(text["number"]))
            elif one["type"] == "Numerical":
                text = "*"
            else:
                text = seen(text["text"])
            result.notes[text] = seen(note)
            weight = choice["weight"]
            if (choice["isCorrect"] and weight is None) or (weight or 0) > 0:
                result.right.add(text)
        found[one["title"]] = result
    return found


def test_a_parser_we_did_not_write_reads_all_of_the_gift_file(made: Any, browser: Browser) -> None:
    folder, items = made
    found = of_gift(browser, (folder / "gift.txt").read_text(encoding="utf-8"))
    assert len(found) == len(items)
    by_number = {name.split()[0]: one for name, one in found.items()}
    for item in items:
        check(item, by_number[bank.name(item).split()[0]])


def test_that_parser_refuses_a_file_whose_signs_are_not_escaped(browser: Browser) -> None:
    with pytest.raises(Exception, match="SyntaxError"):
        of_gift(browser, "::1.01 A { name::[html]Q {\n  =right\n  ~wrong\n}\n")


def test_gift_carries_the_id_numbers_and_tags_that_moodle_reads_in_comments(made: Any) -> None:
    folder, items = made
    text = (folder / "gift.txt").read_text(encoding="utf-8")
    assert re.findall(r"^// \[id:([\w-]+)\] \[tag:chapter-\d\]", text, re.M) == [
        bank.uid(item) for item in sorted(items, key=moodle.place)
    ]


# ---- QTI 1.2 -------------------------------------------------------------------------------------


def of_qti12(path: Path) -> dict[str, Seen]:
    """Questions of the package by identifier, as its response processing marks them."""
    found = {}
    space = {"q": "http://www.imsglobal.org/xsd/ims_qtiasiv1p2"}
    with zipfile.ZipFile(path) as package:
        manifest = etree.fromstring(package.read("imsmanifest.xml"))
        listed = {file.get("href") for file in manifest.iter("{*}file")}
        assert listed == set(package.namelist()) - {"imsmanifest.xml"}
        for name in package.namelist():
            if not re.fullmatch(r"(.+)/\1\.xml", name):
                continue
            for item in etree.fromstring(package.read(name)).iter("{*}item"):
                stem = item.findtext("q:presentation/q:material/q:mattext", namespaces=space)
                fed = {
                    one.get("ident"): seen(one.findtext(".//q:mattext", namespaces=space))
                    for one in item.iterfind("q:itemfeedback", space)
                }
                one = Seen(seen(stem), general=fed["general_fb"])
                labels = {
                    label.get("ident"): seen(label.findtext(".//q:mattext", namespaces=space))
                    for label in item.iterfind(".//q:response_lid//q:response_label", space)
                }
                one.notes = {text: fed[f"{ident}_fb"] for ident, text in labels.items()}
                scored = item.xpath(".//q:respcondition[q:setvar]", namespaces=space)
                for value in scored[0].xpath(
                    ".//q:varequal[not(ancestor::q:not)]", namespaces=space
                ):
                    one.right.add(labels.get(value.text) or str(float(value.text)))
                if "general_incorrect_fb" in fed:
                    one.notes["wrong"] = fed["general_incorrect_fb"]
                found[item.get("ident").removeprefix("text2qti_question_")] = one
    return found


def test_qti_12_keeps_every_question_its_key_and_all_feedback(made: Any) -> None:
    folder, items = made
    found = of_qti12(folder / "qti12.zip")
    for item in items:
        if item.type in ("one", "several"):
            check(item, found.pop(bank.uid(item)))
        elif item.type == "number":
            one = found.pop(bank.uid(item))
            assert one.right == expected(item).right
            for value, feedback in bank.notes(item):
                assert said(f"{value}: {feedback}") in one.notes["wrong"]
        else:
            parts = [found.pop(ask.id) for ask in qti12.asks(item)]
            check_parts(item, parts)
    assert found == {}


def check_parts(item: Item, parts: list[Seen]) -> None:
    """Each step or pair is asked by itself, among all choices, with its feedback."""
    content = item.content
    if item.type == "order":
        assert [part.right for part in parts] == [{said(s["text"])} for s in content["steps"]]
        notes = {said(step["text"]): said(step["feedback"]) for step in content["steps"]}
        assert all(part.notes == notes for part in parts)
    else:
        assert [part.right for part in parts] == [{said(p["right"])} for p in content["pairs"]]
        for part, pair in zip(parts, content["pairs"], strict=True):
            assert said(pair["left"]) in part.stem
            assert list(part.notes) == [said(bank.rights(item)[n]) for n in shown(item)]
            assert set(part.notes.values()) == {said(pair["feedback"])}
    assert all(said(bank.why(item)) in part.general for part in parts)


def test_qti_12_says_whose_it_is_and_nothing_of_the_day_it_was_made(tmp_path: Path) -> None:
    with zipfile.ZipFile(qti12.write_qti12(tmp_path)) as package:
        manifest = package.read("imsmanifest.xml").decode()
    assert "CC BY 4.0" in manifest and "Private" not in manifest
    assert f"<imsmd:dateTime>{qti12.DATE}<" in manifest


def test_a_number_near_zero_can_be_asked_in_qti_12(tmp_path: Path) -> None:
    items = awkward_items()
    items[2] |= {"answer": 0, "tolerance": 0, "near_misses": []}
    lms.write(tmp_path / "out", written_quiz(tmp_path / "quiz", items))
    with zipfile.ZipFile(tmp_path / "out" / "qti12.zip") as package:
        quiz = next(package.read(name).decode() for name in package.namelist() if "_2/t" in name)
    low, high = re.findall(r"<var[gl]te respident=\"response1\">(.*?)<", quiz)
    assert -0.001 < float(low) < 0 < float(high) < 0.001


def test_what_text2qti_refuses_is_named_with_its_file(tmp_path: Path) -> None:
    items = awkward_items()
    items[1]["stem"] = items[0]["stem"]
    with pytest.raises(QuizError, match=r"data/quiz/awkward\.yml: text2qti .*[Dd]uplicate"):
        lms.write(tmp_path / "out", written_quiz(tmp_path / "quiz", items))
    assert not (tmp_path / "out").exists()


# ---- QTI 3 ---------------------------------------------------------------------------------------

SPACE = {"q": qti3.QTI}


def of_qti3(path: Path) -> dict[str, Seen]:
    """Questions of the package by identifier."""
    found = {}
    with zipfile.ZipFile(path) as package:
        manifest = etree.fromstring(package.read("imsmanifest.xml"))
        listed = {file.get("href") for file in manifest.iter("{*}file")}
        assert listed == set(package.namelist()) - {"imsmanifest.xml"}
        test = etree.fromstring(package.read("test.xml"))
        for ref in test.iter("{*}qti-assessment-item-ref"):
            root = etree.fromstring(package.read(ref.get("href")))
            assert root.get("identifier") == ref.get("identifier")
            found[root.get("identifier")] = of_item(root)
    return found


def of_item(root: etree._Element) -> Seen:
    """What a QTI 3 item tells: labels instead of identifiers."""
    body = root.find("q:qti-item-body", SPACE)
    named = {one.get("identifier"): text(one) for one in body.iter() if one.get("identifier")}
    values = [one.text for one in root.iterfind(".//q:qti-correct-response/q:qti-value", SPACE)]
    result = Seen(text(body))
    kind = root.find("q:qti-response-declaration", SPACE)
    if kind.get("base-type") == "float":
        result.right = {str(float(values[0]))}
    elif kind.get("base-type") == "directedPair":
        result.right = {" = ".join(named[name] for name in value.split()) for value in values}
    elif kind.get("cardinality") == "ordered":
        result.right = {f"{n} = {named[value]}" for n, value in enumerate(values, start=1)}
    else:
        result.right = {named[value] for value in values}
    for modal in root.iterfind("q:qti-modal-feedback", SPACE):
        name, note = modal.get("identifier"), text(modal)
        if modal.get("outcome-identifier") == "GENERAL" or name == "parts":
            result.general += f" {note}"
        elif name in named:
            result.notes[named[name]] = note.removeprefix(f"{named[name]}: ")
        else:
            result.notes[name] = note
    for slip in root.iterfind(".//q:qti-response-else-if[q:qti-equal]", SPACE):
        if (name := slip.findtext(".//q:qti-multiple/q:qti-base-value", "", SPACE)) in result.notes:
            value = slip.findtext("q:qti-equal/q:qti-base-value", "", SPACE)
            result.notes[str(float(value))] = result.notes.pop(name)
    return result


def text(element: etree._Element) -> str:
    """The text of an element of QTI."""
    return seen(etree.tostring(element, encoding="unicode", with_tail=False).replace("<br/>", "\n"))


def test_qti_3_keeps_every_question_its_key_and_all_feedback(made: Any) -> None:
    folder, items = made
    found = of_qti3(folder / "qti3.zip")
    assert list(found) == [bank.uid(item) for item in items]
    for item in items:
        check(item, found[bank.uid(item)])


def test_a_converter_we_did_not_write_carries_all_of_qti_3_into_2_1(made: Any) -> None:
    convert = pytest.importorskip("qti_convert").convert_qti3_to_qti21
    folder, items = made
    with zipfile.ZipFile(folder / "qti3.zip") as package:
        for item in items:
            result = convert(package.read(f"items/{bank.uid(item)}.xml"))
            assert result.warnings == []
            root = etree.fromstring(result.xml.encode())
            values = [one.text for one in root.iterfind(".//{*}correctResponse/{*}value")]
            assert values == qti3.correct(item)
            shown_to = {one.get("identifier") for one in root.iter("{*}modalFeedback")}
            assert shown_to == {name for name, _ in qti3.feedback(item)} | {"why"}


def test_no_choice_of_qti_3_tells_by_its_place_where_it_belongs(made: Any) -> None:
    folder, items = made
    with zipfile.ZipFile(folder / "qti3.zip") as package:
        for item in (item for item in items if item.type in ("order", "match")):
            root = etree.fromstring(package.read(f"items/{bank.uid(item)}.xml"))
            names = [one.get("identifier") for one in root.iter("{*}qti-simple-choice")]
            names = names or [
                one.get("identifier") for one in root.findall(".//{*}qti-simple-match-set")[1]
            ]
            assert names and names != sorted(names)


# ---- the table -----------------------------------------------------------------------------------


def test_the_table_has_a_row_for_each_question_and_pandas_reads_it(made: Any) -> None:
    folder, items = made
    raw = (folder / "items.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    frame = pd.read_csv(io.BytesIO(raw), encoding="utf-8-sig", dtype=str, keep_default_na=False)
    assert list(frame["id"]) == [item.id for item in items]
    for item, (_, row) in zip(items, frame.iterrows(), strict=True):
        assert said(row["stem"]) == said(item.stem)
        assert row_key(item, row) == expected(item).right
        for _, feedback in bank.notes(item):
            assert feedback in [cell.lstrip() for cell in row], item.id
        assert row["why"].lstrip() == bank.why(item)
        assert not any(cell[:1] in "=+-@" for cell in row if cell)


def row_key(item: Item, row: "pd.Series[str]") -> set[str]:
    """The right answers that a row's key points at."""
    if item.type == "number":
        return {str(float(row["key"]))}
    key = [int(number) for number in row["key"].split(";")]
    if item.type == "match":
        pairs = enumerate(key, start=1)
        return {said(f"{row[f'part_{left}']} = {row[f'choice_{right}']}") for left, right in pairs}
    if item.type == "order":
        return {said(f"{n} = {row[f'part_{part}']}") for n, part in enumerate(key, start=1)}
    return {said(row[f"part_{part}"]) for part in key}


def test_no_text_of_the_table_becomes_a_formula(tmp_path: Path) -> None:
    items = awkward_items()
    items[0]["options"][0]["text"] = "=1+1"
    lms.write_table(tmp_path / "out", written_quiz(tmp_path / "quiz", items))
    frame = pd.read_csv(tmp_path / "out" / "items.csv", dtype=str, encoding="utf-8-sig")
    assert frame["part_1"][0] == " =1+1"


# ---- all files -----------------------------------------------------------------------------------

READERS: dict[str, Callable[[Path], dict[str, Seen]]] = {
    "moodle.xml": of_moodle,
    "qti12.zip": of_qti12,
    "qti3.zip": of_qti3,
}


def keys(folder: Path, browser: Browser, uid: str, number: str) -> Iterator[set[str]]:
    """The key of one question in each file."""
    for name, reader in READERS.items():
        yield reader(folder / name)[uid].right
    found = of_gift(browser, (folder / "gift.txt").read_text(encoding="utf-8"))
    yield next(one.right for name, one in found.items() if name.startswith(f"{number} "))
    frame = pd.read_csv(folder / "items.csv", dtype=str, encoding="utf-8-sig")
    row = frame.iloc[0]
    yield {said(row[f"part_{part}"]) for part in row["key"].split(";")}


def test_a_key_moved_in_the_quiz_file_moves_in_every_file(tmp_path: Path, browser: Browser) -> None:
    for right in (3, 1):
        items = awkward_items()
        for n, option in enumerate(items[0]["options"]):
            option["correct"] = n == right
        out = tmp_path / str(right)
        lms.write(out, written_quiz(tmp_path / "quiz", items))
        wanted = {said(items[0]["options"][right]["text"])}
        assert list(keys(out, browser, f"{bank.STEM}-2-1", "2.01")) == [wanted] * 5


def test_a_reworded_question_keeps_its_ids_in_every_file(tmp_path: Path) -> None:
    found = []
    for stem in ("As it was?", "Quite another wording?"):
        items = awkward_items()
        for item in items:
            item["stem"] = f"{stem} {item['id']}"
        lms.write(tmp_path / "out", written_quiz(tmp_path / "quiz", items))
        gifts = re.findall(r"\[id:([\w-]+)\]", (tmp_path / "out" / "gift.txt").read_text("utf-8"))
        found.append([gifts, *(list(read(tmp_path / "out" / n)) for n, read in READERS.items())])
    assert found[0] == found[1]


def test_two_runs_write_the_same_bytes(made: Any, tmp_path: Path) -> None:
    folder, _ = made
    quizzes = folder.parent / "quiz"
    written = lms.write(tmp_path, quizzes if quizzes.is_dir() else None)
    assert [path.name for path in written] == FILES
    for path in written:
        assert path.read_bytes() == (folder / path.name).read_bytes()


def test_each_file_can_be_written_by_itself(tmp_path: Path) -> None:
    quizzes = written_quiz(tmp_path / "quiz", awkward_items())
    lms.write(tmp_path / "all", quizzes)
    alone = [lms.write_moodle, lms.write_gift, lms.write_qti12, lms.write_qti3, lms.write_table]
    for write, name in zip(alone, FILES[1:], strict=True):
        assert write(tmp_path / "one", quizzes).name == name
        same = (tmp_path / "all" / name).read_bytes()
        assert (tmp_path / "one" / name).read_bytes() == same


def test_a_faulty_quiz_file_is_named_and_nothing_is_written(tmp_path: Path) -> None:
    quizzes = tmp_path / "quiz"
    shutil.copytree(QUIZZES, quizzes)
    lms.write(tmp_path / "out", quizzes)
    before = {name: (tmp_path / "out" / name).read_bytes() for name in FILES}
    broken = quizzes / "key-actors.yml"
    content = broken.read_text(encoding="utf-8")
    broken.write_text(content.replace("correct: true", "correct: ture", 1), encoding="utf-8")
    with pytest.raises(QuizError, match=r"data/quiz/key-actors\.yml, line \d+, .*correct"):
        lms.write(tmp_path / "out", quizzes)
    assert {name: (tmp_path / "out" / name).read_bytes() for name in FILES} == before
    with pytest.raises(QuizError, match="key-actors"):
        lms.write(tmp_path / "new", quizzes)
    assert not (tmp_path / "new").exists()
    with pytest.raises(QuizError, match=r"no quiz file"):
        lms.write(tmp_path / "new", tmp_path / "out")


def test_a_file_that_cannot_be_finished_leaves_no_half(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = bank.put(tmp_path / "items.csv", b"whole")

    def full(self: Path, target: Path) -> Path:
        raise OSError("No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="No space"):
        bank.put(path, b"half")
    assert [found.name for found in tmp_path.iterdir()] == ["items.csv"]
    assert path.read_bytes() == b"whole"


def test_the_guide_counts_what_is_there(made: Any) -> None:
    folder, items = made
    guide = (folder / "README.txt").read_text(encoding="utf-8-sig")
    assert f"{len(items)} questions:" in guide
    assert f"has {len(of_qti12(folder / 'qti12.zip'))} questions in all" in said(guide)
    for name in FILES[1:]:
        assert name in guide
    assert len(max(guide.splitlines(), key=len)) <= 110


def test_gift_signs_are_escaped_once() -> None:
    assert gift.plain("%5% a=b") == "&\\#37;5% a\\=b"
    assert unescape(gift.plain("x < y").replace("\\", "")) == "x < y"
