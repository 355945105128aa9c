"""The quiz bank as a deck for Anki, ``alone-beside-a-giant.apkg``: a card for each question.

In front stand the question and what there is to choose from; on the back the answer, what the
book says of each choice, the section to read again and the sources. A subdeck holds a chapter.

**A second import updates.** Anki knows a note by its GUID, which comes from the item's id: a
changed question takes the place of the old one, and how well the reader knows it is kept. Anki
does so only if the note in the file is newer. So the notes carry the time at which a quiz file or
the ledger of sources last changed, or ``SOURCE_DATE_EPOCH`` where a build must be the same on two
machines; with unchanged files two runs give the same bytes. Ids of decks and note type are fixed.
"""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import genanki

from bookkit import data
from bookkit.classroom import bank
from bookkit.quizfile import Item, Quiz, shown

NOTE_TYPE = 1_619_084_801  # both fixed once and for all: Anki takes another id for another thing
DECK = 1_619_084_900  # the whole; chapter n is this plus n
LETTERS = "ABCDEFGHIJKLMNOP"
HINTS = {
    "several": "Choose all that apply.",
    "order": "Put these into order.",
    "match": "Find the one that fits each. Some may be left over.",
}
CSS = """
.card { font: 1.1rem/1.5 system-ui, sans-serif; color: #1b1f24; background: #fff;
  max-width: 38rem; margin: 1rem auto; padding: 0 1rem; text-align: left; }
.id, .hint, .read { color: #55606c; font-size: .9rem; }
.stem { font-weight: 600; }
ol, ul { padding-left: 1.6rem; }
li { margin: .35rem 0; }
hr { border: 0; border-top: 1px solid #9aa4af; margin: 1rem 0; }
.key { border-left: .3rem solid #1f6f43; padding-left: .7rem; }
.key p { margin: .35rem 0; }
a { color: #0b5cad; }
.nightMode.card, .nightMode .card { color: #e8eaed; background: #16191d; }
.nightMode .id, .nightMode .hint, .nightMode .read { color: #b3bcc6; }
.nightMode .key { border-color: #6cc397; }
.nightMode a { color: #8ab8ef; }
"""
FRONT = (
    '<p class="id">{{Id}}</p><p class="stem">{{Question}}</p>'
    '{{#Hint}}<p class="hint">{{Hint}}</p>{{/Hint}}{{Choices}}'
)
BACK = (
    "{{FrontSide}}<hr id=answer>"
    '<div class="key">{{Answer}}</div>{{#Why}}<p>{{Why}}</p>{{/Why}}{{Feedback}}'
    '<div class="read">{{Reading}}</div>'
)
FIELDS = ("Id", "Question", "Hint", "Choices", "Answer", "Why", "Feedback", "Reading")


def write(folder: Path, quizzes: Path | None = None) -> list[Path]:
    """Write the deck into ``folder`` from the quiz files; raises QuizError if one is wrong."""
    content = deck(bank.read(quizzes), when(quizzes))
    return [bank.put(folder / f"{bank.STEM}.apkg", content)]


def when(quizzes: Path | None = None) -> int:
    """The time of the notes in seconds: SOURCE_DATE_EPOCH, else when their texts last changed."""
    texts = [*(quizzes or data.ROOT / "data" / "quiz").glob("*.yml")]
    texts.append(data.ROOT / "data" / "sources.bib")
    newest = max(int(path.stat().st_mtime) for path in texts)
    return int(os.environ.get("SOURCE_DATE_EPOCH", newest))


def deck(quizzes: tuple[Quiz, ...], time: int) -> bytes:
    """The deck as a package of Anki; ``time`` (seconds) must grow when a question changes."""
    model = genanki.Model(
        NOTE_TYPE,
        bank.TITLE,
        fields=[{"name": field} for field in FIELDS],
        templates=[{"name": "Question", "qfmt": FRONT, "afmt": BACK}],
        css=CSS.strip(),
    )
    decks = [genanki.Deck(DECK, bank.TITLE, f"{bank.LICENCE}.")]
    for quiz in quizzes:
        chapter = bank.chapter(quiz.page)
        title = f"{bank.TITLE}::Chapter {chapter}: {quiz.title.replace('::', ':')}"
        decks.append(genanki.Deck(DECK + chapter, title))
        for item in quiz.items:
            decks[-1].add_note(_note(model, item))
    stream = io.BytesIO()
    genanki.Package(decks).write_to_file(stream, timestamp=time)
    with zipfile.ZipFile(stream) as written:  # genanki stamps its files with the present time
        return bank.packed({name: written.read(name) for name in sorted(written.namelist())})


def fields(item: Item) -> dict[str, str]:
    """What stands on the two sides of a card, as HTML."""
    choices, answer, feedback = SIDES[item.type](item)
    return {
        "Id": f"Question {item.id}",
        "Question": bank.escape(bank.asked(item)),
        "Hint": HINTS.get(item.type, ""),
        "Choices": choices,
        "Answer": answer,
        "Why": "" if item.type == "one" else bank.escape(bank.why(item)),
        "Feedback": feedback,
        "Reading": bank.reading(item),
    }


def _note(model: genanki.Model, item: Item) -> genanki.Note:
    return genanki.Note(
        model=model,
        fields=list(fields(item).values()),
        guid=bank.uid(item),
        tags=bank.tags(item),
    )


def _options(item: Item) -> tuple[str, str, str]:
    options = item.content["options"]
    texts = [option["text"] for option in options]
    right = [n for n, option in enumerate(options) if option["correct"]]
    feedback = [
        (f"{LETTERS[n]}, {'right' if n in right else 'wrong'}", option["feedback"])
        for n, option in enumerate(options)
    ]
    answer = "".join(f"<p>{LETTERS[n]}. {bank.escape(texts[n])}</p>" for n in right)
    return _lettered(texts), answer, bank.listed(feedback)


def _number(item: Item) -> tuple[str, str, str]:
    return "", f"<p>{bank.escape(bank.key(item))}</p>", bank.listed(bank.notes(item))


def _steps(item: Item) -> tuple[str, str, str]:
    steps = [step["text"] for step in item.content["steps"]]
    order = shown(item)
    rows = "".join(
        f"<li>{LETTERS[order.index(n)]}. {bank.escape(step)}</li>" for n, step in enumerate(steps)
    )
    return _lettered([steps[n] for n in order]), f"<ol>{rows}</ol>", bank.listed(bank.notes(item))


def _pairs(item: Item) -> tuple[str, str, str]:
    choices, order = bank.rights(item), shown(item)
    lefts = "".join(f"<li>{bank.escape(pair['left'])}</li>" for pair in item.content["pairs"])
    front = f"<ol>{lefts}</ol>{_lettered([choices[n] for n in order])}"
    rows = "".join(
        f"<li>{LETTERS[order.index(n)]}. {bank.escape(pair['right'])}</li>"
        for n, pair in enumerate(item.content["pairs"])
    )
    said = [(pair["left"], pair["feedback"]) for pair in item.content["pairs"]]
    return front, f"<ol>{rows}</ol>", bank.listed(said)


def _lettered(texts: list[str]) -> str:
    rows = "".join(f"<li>{bank.escape(text)}</li>" for text in texts)
    return f'<ol type="A">{rows}</ol>'


SIDES: dict[str, Callable[[Item], tuple[str, str, str]]] = {
    "one": _options,
    "several": _options,
    "number": _number,
    "order": _steps,
    "match": _pairs,
}
