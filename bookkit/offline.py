"""The built book as one zip, to be read from a disk or a stick where there is no internet.

``make offline`` writes it. The same book gives the same bytes: entries are sorted and carry one
date, and nothing of the machine that packed them.
"""

from __future__ import annotations

import html
import re
import sys
import zipfile
from collections.abc import Iterable
from pathlib import Path

NAME = "alone-beside-a-giant"
BOOK = "book"  # folder of the pages within the zip's one folder
START = "START-HERE.html"
UNUSED = (".buildinfo", ".nojekyll", "objects.inv")  # of use to Sphinx and to web servers only
DATE = (1980, 1, 1, 0, 0, 0)  # the first that a zip can hold
LONGEST = 200  # signs of a path; Windows takes 260, with the folder it is unpacked into
# Names that Windows refuses: devices, forbidden signs, a dot or space at the end.
REFUSED = re.compile(r'(?i)^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)|[<>:"|?*\\\x00-\x1f]|[. ]$')


class OfflineError(ValueError):
    """The book cannot be packed for every computer; the message names the file and the mend."""


def write(book: Path, target: Path) -> Path:
    """Pack a built book (the folder ``html``) into the zip ``target``; return its path.

    The zip holds one folder, named like itself, with START-HERE.html and the book. Raises
    OfflineError for a folder without a book and for a file that some computer cannot unpack.
    """
    first = book / "index.html"
    if not first.is_file():
        raise OfflineError(f"{book} holds no built book. Run `make book` first.")
    files = {path.relative_to(book).as_posix(): path for path in book.rglob("*") if path.is_file()}
    entries = {
        f"{target.stem}/{BOOK}/{name}": path.read_bytes()
        for name, path in files.items()
        if name not in UNUSED
    }
    entries[f"{target.stem}/{START}"] = start(first.read_text(encoding="utf-8")).encode()
    check(entries)
    target.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed:
        for name in sorted(entries):
            entry = zipfile.ZipInfo(name, DATE)
            entry.create_system = 3  # Unix, wherever it is packed
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            packed.writestr(entry, entries[name])
    return target


def start(front: str) -> str:
    """The page to open first: the book's front door, one folder further up, and how to read on."""
    target = re.search(r'<a href="([^"]+)">', front)
    title = re.search(r"<title>(.*?)</title>", front)
    edition = re.search(r'<html data-edition="(\w+)"', front)
    if not (target and title and edition):
        raise OfflineError("index.html is not the front door that `make book` writes. Run it anew.")
    page = f"{BOOK}/{target[1]}"
    name = html.unescape(title[1])
    return f"""<!DOCTYPE html>
<html data-edition="{edition[1]}" lang="en">
<head><meta charset="utf-8"><title>{html.escape(name)}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'">
<meta http-equiv="refresh" content="0; url={page}"></head>
<body><main><h1>{html.escape(name)}</h1>
<p><a href="{page}">Open the book</a></p>
<p>This is the {edition[1]} edition. It needs no internet: unpack the whole folder and open this
page in a browser. Your answers stay in that browser on this computer.</p></main></body></html>
"""


def check(names: Iterable[str]) -> None:
    """Raise OfflineError for the first path that some computer cannot unpack."""
    known: dict[str, str] = {}
    for name in sorted(names):
        if not name.isascii() or any(REFUSED.search(part) for part in name.split("/")):
            raise OfflineError(f"{name}: some computers refuse this name. Use letters, digits, -.")
        if len(name) >= LONGEST:
            raise OfflineError(f"{name}: {len(name)} signs. Use a path below {LONGEST}.")
        other = known.setdefault(name.lower(), name)
        if other != name:
            raise OfflineError(f"{name} and {other} differ in capitals only. Rename one.")


def main(folder: Path) -> None:
    """Pack the book that was built into ``folder``, named after its edition."""
    from bookkit.editions import STAMP

    edition = (folder / STAMP).read_text(encoding="utf-8")
    packed = write(folder / "html", folder / f"{NAME}-{edition}.zip")
    print(f"{packed}: {packed.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    try:
        main(Path(sys.argv[1]))
    except OfflineError as error:
        sys.exit(str(error))
