"""``python -m bookkit.classroom HTML FOLDER``: write the kit from a built book."""

import sys
from pathlib import Path

from bookkit.classroom.kit import main

if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
