"""The quiz bank as QTI 3.0: the present form of the standard, with every type as it is.

One content package: a file for each item, and a test with a section for each chapter. Choices are
``qti-choice-interaction``, an order ``qti-order-interaction``, a match ``qti-match-interaction``
with spare choices, a number ``qti-text-entry-interaction``. Response processing is written out
(no template), because it also picks the feedback: of each chosen option; of the slip that a wrong
number shows, or too low, too high; of the steps of an order and the pairs of a match, all of them,
unless everything is right. What is said to everybody (why, the section to read again, the sources)
is one feedback more. Of several answers, a wrong one costs what the right ones give, as in Moodle;
a match earns a share for each right pair. The expressions are those that players really know: of
the two tried, neither has a working ``qti-index``, one has no tolerance, one no pair as value.

Version 3.0 and not 2.1, because it can be run in players that others wrote; who needs 2.1 gets it
with ``qti-convert downgrade qti3.zip qti21.zip`` (PyPI: citolab-qti-convert). Identifiers come
from the item's id. **A second import:** the standard leaves it to the program; an identifier that
is already there is either replaced or refused by name.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from lxml import etree

from bookkit.classroom import bank
from bookkit.quizfile import Item, Quiz, shown

QTI = "http://www.imsglobal.org/xsd/imsqtiasi_v3p0"
CP = "http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
XSD = "https://purl.imsglobal.org/spec/qti/v3p0/schema/xsd"


def write_qti3(folder: Path, quizzes: Path | None = None) -> Path:
    """Write ``qti3.zip`` into ``folder`` from the quiz files; raises QuizError if one is wrong."""
    return bank.put(folder / "qti3.zip", qti3(bank.read(quizzes)))


def qti3(quizzes: tuple[Quiz, ...]) -> bytes:
    """The bank as one content package."""
    found = bank.items(quizzes)
    files = {f"items/{bank.uid(item)}.xml": _bytes(item_xml(item)) for item in found}
    return bank.packed(
        {
            "imsmanifest.xml": _bytes(_manifest(found)),
            "test.xml": _bytes(_test(quizzes)),
            **files,
        }
    )


def item_xml(item: Item) -> etree._Element:
    """One question as a ``qti-assessment-item``."""
    root = _root(
        "qti-assessment-item",
        identifier=bank.uid(item),
        title=bank.name(item),
        adaptive="false",
        **{"time-dependent": "false"},
    )
    cardinality, base = RESPONSES[item.type]
    response = _add(
        root, "qti-response-declaration", identifier="RESPONSE", cardinality=cardinality
    )
    response.set("base-type", base)
    _values(_add(response, "qti-correct-response"), correct(item))
    if shares := _shares(item):
        mapping = _add(response, "qti-mapping")
        mapping.set("lower-bound", "0")
        mapping.set("upper-bound", "1")
        mapping.set("default-value", "0")
        for answer, worth in shares:
            entry = _add(mapping, "qti-map-entry")
            entry.set("map-key", answer)
            entry.set("mapped-value", f"{worth:.6f}")
    _outcome(root, "SCORE", "single", "float", "0")
    _outcome(root, "MAXSCORE", "single", "float", "1")
    _outcome(root, "FEEDBACK", "multiple", "identifier")
    _outcome(root, "GENERAL", "single", "identifier")
    _body(_add(root, "qti-item-body"), item)
    processing = _add(root, "qti-response-processing")
    PROCESSING[item.type](processing, item)
    _set(processing, "GENERAL", _value("identifier", "why"))
    for name, content in feedback(item):
        _modal(root, "FEEDBACK", name, content)
    _modal(root, "GENERAL", "why", f"<p>{bank.escape(bank.why(item))}</p>{bank.reading(item)}")
    return root


def correct(item: Item) -> list[str]:
    """The right response: identifiers of choices, pairs of them, or a number."""
    content = item.content
    if item.type in ("one", "several"):
        return [f"option_{n}" for n, option in enumerate(content["options"]) if option["correct"]]
    if item.type == "number":
        return [bank.number(content["answer"])]
    if item.type == "order":
        return [f"step_{n}" for n in range(len(content["steps"]))]
    return [f"left_{n} right_{n}" for n in range(len(content["pairs"]))]


def feedback(item: Item) -> list[tuple[str, str]]:
    """What is said of each answer (as HTML), by the identifier that response processing picks."""
    content, notes = item.content, bank.notes(item)
    if item.type == "number":
        names = [f"slip_{n}" for n in range(len(content.get("near_misses", [])))]
        texts = [text for _, text in notes]
        return [
            (name, f"<p>{bank.escape(text)}</p>")
            for name, text in zip([*names, "low", "high"], texts, strict=True)
        ]
    if item.type in ("one", "several"):
        return [
            (f"option_{n}", f"<p>{bank.escape(label)}: {bank.escape(text)}</p>")
            for n, (label, text) in enumerate(notes)
        ]
    if item.type == "match":  # the choice would give the answer away
        notes = [(pair["left"], pair["feedback"]) for pair in content["pairs"]]
    return [("parts", bank.listed(notes))]


def _shares(item: Item) -> list[tuple[str, float]]:
    """What each choice or pair is worth, where there is more than one."""
    if item.type == "several":
        right = [option["correct"] for option in item.content["options"]]
        gain, loss = 1 / right.count(True), -1 / right.count(False)
        return [(f"option_{n}", gain if good else loss) for n, good in enumerate(right)]
    if item.type == "match":
        return [(pair, 1 / len(correct(item))) for pair in correct(item)]
    return []


# ---- what the student sees -----------------------------------------------------------------------


def _body(body: etree._Element, item: Item) -> None:
    if item.type == "number":
        _html(body, f"<p>{bank.escape(item.stem)}</p>")
        line = _add(body, "p")
        line.text = "Your answer: "
        entry = _interaction(line, "text-entry")
        entry.set("expected-length", "12")
        entry.tail = f" {item.content['unit']}"
        return
    asked = _interaction(body, {"match": "match", "order": "order"}.get(item.type, "choice"))
    asked.set("shuffle", "true")
    _html(_add(asked, "qti-prompt"), bank.escape(item.stem))
    texts = [label for label, _ in bank.notes(item)]
    if item.type == "match":
        asked.set("max-associations", str(len(texts)))
        lefts, rights = _add(asked, "qti-simple-match-set"), _add(asked, "qti-simple-match-set")
        for n, pair in enumerate(item.content["pairs"]):
            _choice(lefts, f"left_{n}", pair["left"], matches="1")
        for n in shown(item):
            _choice(rights, f"right_{n}", bank.rights(item)[n], matches="0")
        return
    if item.type != "order":
        asked.set("max-choices", "1" if item.type == "one" else "0")
    part = "step" if item.type == "order" else "option"
    for n in shown(item):
        _choice(asked, f"{part}_{n}", texts[n])


def _interaction(parent: etree._Element, kind: str) -> etree._Element:
    element = _add(parent, f"qti-{kind}-interaction")
    element.set("response-identifier", "RESPONSE")
    return element


def _choice(parent: etree._Element, name: str, text: str, matches: str = "") -> None:
    kind = "qti-simple-associable-choice" if matches else "qti-simple-choice"
    element = _add(parent, kind, identifier=name)
    if matches:
        element.set("match-max", matches)
    _html(element, bank.escape(text))


def _modal(root: etree._Element, outcome: str, name: str, content: str) -> None:
    element = _add(root, "qti-modal-feedback", identifier=name)
    element.set("outcome-identifier", outcome)
    element.set("show-hide", "show")
    _html(_add(element, "qti-content-body"), content)


# ---- response processing -------------------------------------------------------------------------


def _process_one(processing: etree._Element, item: Item) -> None:
    _score_if_right(processing)
    known = _if(processing, _not(_null()))
    _set(known, "FEEDBACK", _node("qti-multiple", _variable("RESPONSE")))


def _process_several(processing: etree._Element, item: Item) -> None:
    known = _if(processing, _not(_null()))
    _set(known, "SCORE", _mapped())
    _set(known, "FEEDBACK", _variable("RESPONSE"))


def _process_number(processing: etree._Element, item: Item) -> None:
    content = item.content
    condition = _add(processing, "qti-response-condition")
    _add(condition, "qti-response-if").append(_null())
    right = _add(condition, "qti-response-else-if")
    right.append(_near(content["answer"], content["tolerance"]))
    _set(right, "SCORE", _value("float", "1"))
    for n, miss in enumerate(content.get("near_misses", [])):
        slip = _add(condition, "qti-response-else-if")
        slip.append(_near(miss["value"], 0))
        _say(slip, f"slip_{n}")
    low = _add(condition, "qti-response-else-if")
    low.append(_node("qti-lt", _variable("RESPONSE"), _correct()))
    _say(low, "low")
    _say(_add(condition, "qti-response-else"), "high")


def _process_parts(processing: etree._Element, item: Item) -> None:
    """An order or a match: what is said of its parts is shown unless all of them are right."""
    if item.type == "match":
        _set(_if(processing, _not(_null())), "SCORE", _mapped())
    right = _score_if_right(processing)
    _say(_add(right, "qti-response-else"), "parts")


def _score_if_right(processing: etree._Element) -> etree._Element:
    """Give the whole score for the right response; the condition, to be gone on with."""
    right = _if(processing, _node("qti-match", _variable("RESPONSE"), _correct()))
    _set(right, "SCORE", _value("float", "1"))
    condition = right.getparent()
    assert condition is not None
    return condition


def _say(parent: etree._Element, name: str) -> None:
    """Show one feedback."""
    _set(parent, "FEEDBACK", _node("qti-multiple", _value("identifier", name)))


def _set(parent: etree._Element, outcome: str, value: etree._Element) -> None:
    _add(parent, "qti-set-outcome-value", identifier=outcome).append(value)


def _if(parent: etree._Element, test: etree._Element) -> etree._Element:
    element = _add(_add(parent, "qti-response-condition"), "qti-response-if")
    element.append(test)
    return element


def _near(value: float, margin: float) -> etree._Element:
    """A test of the number; a margin as two bounds, since not all players know tolerances."""
    if not margin:
        test = _node("qti-equal", _variable("RESPONSE"), _value("float", bank.number(value)))
        test.set("tolerance-mode", "exact")
        return test
    low, high = (bank.number(round(value + way * margin, 9)) for way in (-1, 1))
    return _node(
        "qti-and",
        _node("qti-gte", _variable("RESPONSE"), _value("float", low)),
        _node("qti-lte", _variable("RESPONSE"), _value("float", high)),
    )


def _not(test: etree._Element) -> etree._Element:
    return _node("qti-not", test)


def _null() -> etree._Element:
    return _node("qti-is-null", _variable("RESPONSE"))


def _variable(name: str) -> etree._Element:
    return _node("qti-variable", identifier=name)


def _correct() -> etree._Element:
    return _node("qti-correct", identifier="RESPONSE")


def _mapped() -> etree._Element:
    return _node("qti-map-response", identifier="RESPONSE")


def _value(base: str, text: str) -> etree._Element:
    element = _node("qti-base-value")
    element.set("base-type", base)
    element.text = text
    return element


# ---- package -------------------------------------------------------------------------------------


def _test(quizzes: tuple[Quiz, ...]) -> etree._Element:
    root = _root("qti-assessment-test", identifier=bank.STEM, title=bank.TITLE)
    part = _add(root, "qti-test-part", identifier="bank")
    part.set("navigation-mode", "nonlinear")
    part.set("submission-mode", "individual")
    control = _add(part, "qti-item-session-control")
    control.set("max-attempts", "0")
    control.set("show-feedback", "true")
    for quiz in quizzes:
        number = bank.chapter(quiz.page)
        section = _add(
            part,
            "qti-assessment-section",
            identifier=f"chapter_{number}",
            title=f"Chapter {number}: {quiz.title}",
            visible="true",
        )
        for item in quiz.items:
            entry = _add(section, "qti-assessment-item-ref", identifier=bank.uid(item))
            entry.set("href", f"items/{bank.uid(item)}.xml")
            entry.set("category", " ".join(bank.tags(item)))
    return root


def _manifest(found: list[Item]) -> etree._Element:
    location = f"{CP} {XSD}/imsqtiv3p0_imscpv1p2_v1p0.xsd"
    root = etree.Element(_cp("manifest"), nsmap={None: CP, "xsi": XSI})
    root.set("identifier", f"{bank.STEM}-qti")
    root.set(f"{{{XSI}}}schemaLocation", location)
    about = etree.SubElement(root, _cp("metadata"))
    etree.SubElement(about, _cp("schema")).text = "QTI Package"
    etree.SubElement(about, _cp("schemaversion")).text = "3.0.0"
    etree.SubElement(root, _cp("organizations"))
    resources = etree.SubElement(root, _cp("resources"))
    test = _resource(resources, bank.STEM, "imsqti_test_xmlv3p0", "test.xml")
    for item in found:
        name = bank.uid(item)
        etree.SubElement(test, _cp("dependency"), identifierref=name)
        _resource(resources, name, "imsqti_item_xmlv3p0", f"items/{name}.xml")
    return root


def _resource(parent: etree._Element, name: str, kind: str, path: str) -> etree._Element:
    element = etree.SubElement(parent, _cp("resource"), identifier=name, type=kind, href=path)
    etree.SubElement(element, _cp("file"), href=path)
    return element


def _cp(tag: str) -> str:
    return f"{{{CP}}}{tag}"


# ---- XML -----------------------------------------------------------------------------------------


def _root(tag: str, **attributes: str) -> etree._Element:
    root = etree.Element(f"{{{QTI}}}{tag}", nsmap={None: QTI, "xsi": XSI}, attrib=attributes)
    root.set(f"{{{XSI}}}schemaLocation", f"{QTI} {XSD}/imsqti_asiv3p0_v1p0.xsd")
    root.set("{http://www.w3.org/XML/1998/namespace}lang", "en")
    return root


def _add(parent: etree._Element, tag: str, **attributes: str) -> etree._Element:
    return etree.SubElement(parent, f"{{{QTI}}}{tag}", attrib=attributes)


def _node(tag: str, *children: etree._Element, **attributes: str) -> etree._Element:
    element = etree.Element(f"{{{QTI}}}{tag}", nsmap={None: QTI}, attrib=attributes)
    element.extend(children)
    return element


def _html(parent: etree._Element, content: str) -> None:
    """Put HTML into an element; QTI's HTML is XML in the namespace of QTI."""
    whole = content.replace("<br>", "<br/>")
    made = etree.fromstring(f'<div xmlns="{QTI}">{whole}</div>')
    parent.text = made.text
    parent.extend(list(made))


def _values(parent: etree._Element, values: list[str]) -> None:
    for value in values:
        _add(parent, "qti-value").text = value


def _outcome(
    root: etree._Element, name: str, cardinality: str, base: str, default: str = ""
) -> None:
    element = _add(root, "qti-outcome-declaration", identifier=name, cardinality=cardinality)
    element.set("base-type", base)
    if default:
        _values(_add(element, "qti-default-value"), [default])


def _bytes(root: etree._Element) -> bytes:
    etree.cleanup_namespaces(root)
    return bytes(etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True))


RESPONSES = {
    "one": ("single", "identifier"),
    "several": ("multiple", "identifier"),
    "number": ("single", "float"),
    "order": ("ordered", "identifier"),
    "match": ("multiple", "directedPair"),
}
PROCESSING: dict[str, Callable[[etree._Element, Item], None]] = {
    "one": _process_one,
    "several": _process_several,
    "number": _process_number,
    "order": _process_parts,
    "match": _process_parts,
}
