"""Promises of the Anki deck: all questions, both sides whole, and a second import that updates.

The deck is opened as the database it is, and imported by Anki's own program where that is at hand.
"""

import json
import os
import sqlite3
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import pytest
from test_lms import AWKWARD, awkward_items, said, seen, written_quiz

from bookkit.classroom import bank, cards
from bookkit.quizfile import Item, QuizError, shown

DECK = f"{bank.STEM}.apkg"


@pytest.fixture(scope="module", params=["the book's bank", "awkward texts"])
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The deck's file and the items in it."""
    root = tmp_path_factory.mktemp("cards")
    quizzes = None
    if request.param == "awkward texts":
        quizzes = written_quiz(root / "quiz", awkward_items())
    return cards.write(root, quizzes)[0], bank.items(bank.read(quizzes))


def query(deck: Path, sql: str) -> list[Any]:
    """The rows that a deck's database gives."""
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(deck) as package:
        connection = sqlite3.connect(package.extract("collection.anki2", folder))
        rows = connection.execute(sql).fetchall()
        connection.close()
    return rows


def notes(deck: Path) -> dict[str, dict[str, str]]:
    """The fields of each note, by its GUID."""
    rows = query(deck, "SELECT guid, flds FROM notes")
    return {guid: dict(zip(cards.FIELDS, flds.split("\x1f"), strict=True)) for guid, flds in rows}


def test_every_question_is_a_card_in_the_deck_of_its_chapter(made: Any) -> None:
    deck, items = made
    names = {
        int(id_): one["name"]
        for id_, one in json.loads(query(deck, "SELECT decks FROM col")[0][0]).items()
    }
    rows = query(deck, "SELECT guid, tags, did FROM notes JOIN cards ON nid = notes.id")
    found = {guid: (tags.split(), names[did]) for guid, tags, did in rows}
    assert len(rows) == len(items)
    for item in items:
        tags, name = found[bank.uid(item)]
        assert name.startswith(f"Alone beside a giant?::Chapter {int(item.page[:2])}: ")
        assert set(tags) == set(bank.tags(item))


def test_both_sides_hold_the_question_its_key_and_all_feedback(made: Any) -> None:
    deck, items = made
    found = notes(deck)
    for item in items:
        sides = {field: seen(markup) for field, markup in found[bank.uid(item)].items()}
        assert said(item.stem) in sides["Question"]
        for _, feedback in bank.notes(item):
            assert said(feedback) in sides["Feedback"], item.id
        assert said(bank.why(item)) in sides["Why"] + sides["Feedback"]
        assert said(item.heading) in sides["Reading"]
        assert key_of(item) in sides["Answer"], item.id
        assert all(said(who) in sides["Reading"] for who, _ in bank.sources(item))


def key_of(item: Item) -> str:
    """The answer as the back must say it, letters as in front."""
    content = item.content
    if item.type in ("one", "several"):
        right = [n for n, option in enumerate(content["options"]) if option["correct"]]
        return said(" ".join(f"{'ABCDEFGH'[n]}. {content['options'][n]['text']}" for n in right))
    if item.type == "number":
        return f"{bank.number(content['answer'])} {said(content['unit'])}"
    letters = {n: "ABCDEFGHIJKLMNOP"[place] for place, n in enumerate(shown(item))}
    parts = content["steps"] if item.type == "order" else content["pairs"]
    field = "text" if item.type == "order" else "right"
    return said(" ".join(f"{letters[n]}. {part[field]}" for n, part in enumerate(parts)))


def test_the_front_gives_no_answer_away(made: Any) -> None:
    deck, items = made
    found = notes(deck)
    for item in (item for item in items if item.type in ("order", "match")):
        front = seen(found[bank.uid(item)]["Choices"])
        texts = [step["text"] for step in item.content.get("steps", [])] or bank.rights(item)
        places = [front.index(said(text)) for text in texts]
        assert places != sorted(places)


def test_a_moved_key_moves_on_the_card(tmp_path: Path) -> None:
    for right, letter in ((3, "D"), (1, "B")):
        items = awkward_items()
        for n, option in enumerate(items[0]["options"]):
            option["correct"] = n == right
        deck = cards.write(tmp_path, written_quiz(tmp_path / "quiz", items))[0]
        answer = seen(notes(deck)[f"{bank.STEM}-2-1"]["Answer"])
        assert answer == said(f"{letter}. %{right}% {AWKWARD} {right}")


def test_two_runs_give_the_same_bytes_and_a_changed_quiz_a_later_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    quizzes = written_quiz(tmp_path / "quiz", awkward_items())
    one, two = (cards.write(tmp_path / run, quizzes)[0].read_bytes() for run in "ab")
    assert one == two
    before = cards.when(quizzes)
    later = (before + 60, before + 60)
    os.utime(quizzes / "awkward.yml", later)
    assert cards.when(quizzes) == before + 60
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1619049600")
    assert cards.when(quizzes) == 1619049600
    deck = cards.write(tmp_path / "c", quizzes)[0]
    assert {row[0] for row in query(deck, "SELECT mod FROM notes")} == {1619049600}


def test_a_faulty_quiz_file_gives_its_own_message_and_no_deck(tmp_path: Path) -> None:
    items = awkward_items()
    items[0]["options"][0]["correct"] = "perhaps"
    with pytest.raises(QuizError, match=r"data/quiz/awkward\.yml, line \d+, item .*correct"):
        cards.write(tmp_path / "out", written_quiz(tmp_path / "quiz", items))
    assert not (tmp_path / "out").exists()


def imported(collection: Any, deck: Path) -> dict[str, int]:
    """Import a deck with Anki's own program; how many notes were new, updated, the same."""
    from anki.collection import ImportAnkiPackageOptions, ImportAnkiPackageRequest

    request = ImportAnkiPackageRequest(package_path=str(deck), options=ImportAnkiPackageOptions())
    log = collection.import_anki_package(request).log
    counts = {name: len(getattr(log, name)) for name in ("new", "updated", "duplicate")}
    assert not (
        log.conflicting or log.missing_notetype or log.missing_deck or log.empty_first_field
    )
    return counts


def test_anki_takes_the_deck_and_updates_what_changed_at_a_second_import(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    anki = pytest.importorskip("anki.collection")
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    quizzes, items = tmp_path / "quiz", awkward_items()
    written_quiz(quizzes, items)
    first = cards.deck(bank.read(quizzes), 1_700_000_000)
    items[0]["options"][3]["feedback"] = "Said in other words."
    second = cards.deck(bank.read(written_quiz(quizzes, items)), 1_700_000_060)
    whole = cards.write(tmp_path / "book")[0]
    collection = anki.Collection(str(tmp_path / "collection.anki2"))
    try:
        same = bank.put(tmp_path / "first.apkg", first)
        assert imported(collection, same) == {"new": 5, "updated": 0, "duplicate": 0}
        assert imported(collection, same) == {"new": 0, "updated": 0, "duplicate": 5}
        newer = bank.put(tmp_path / "second.apkg", second)
        assert imported(collection, newer)["updated"] >= 1
        assert collection.note_count() == collection.card_count() == 5
        note = collection.get_note(collection.find_notes('Id:"Question 2.1"')[0])
        assert "Said in other words." in note["Feedback"]
        back = note.cards()[0].answer()
        assert "{{" not in back and "Said in other words." in back
        total = len(bank.items(bank.read()))
        counts = imported(collection, whole)
        assert counts["new"] == total - 5  # the awkward five have the ids of five of the book's
        assert collection.note_count() == total
    finally:
        collection.close()
