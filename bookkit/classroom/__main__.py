"""``python -m bookkit.classroom HTML FOLDER [STUDENT]``: write the kit from a built book.

HTML is the teacher's edition; STUDENT is the student edition, built beside FOLDER if not given.
"""

import sys
from pathlib import Path

from bookkit.classroom.kit import main

if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
