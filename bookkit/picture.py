"""One chart of a notebook as a picture file: `python -m bookkit.picture NOTEBOOK FIGURE FILE`.

`make notebooks` draws the picture in README.md with it, so that it shows the chart as it is now.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import nbformat

from bookkit import downloads


def picture(notebook: Path, figure: str) -> bytes:
    """Return the PNG of a figure, by its name, from the notebook's stored outputs.

    Raises LookupError if no output holds that figure.
    """
    stored = nbformat.read(notebook, as_version=4)  # type: ignore[no-untyped-call]
    wanted = re.compile(rf'<figure class="bk-figure" id="fig-{figure}".*?</figure>', re.S)
    for cell in stored.cells:
        for output in cell.get("outputs", []):
            if found := wanted.search(output.get("data", {}).get("text/html", "")):
                return downloads.picture(downloads.standalone(found[0]))
    raise LookupError(f"{notebook}: no stored figure {figure!r}. Run it, or correct the name.")


if __name__ == "__main__":
    source, name, target = sys.argv[1:]
    Path(target).parent.mkdir(parents=True, exist_ok=True)
    Path(target).write_bytes(picture(Path(source), name))
