"""`make messages`: brings the Spanish catalogue up to date, compiles it, says what is missing."""

import sys

from tests.support.environment import ROOT
from tests.translations.catalogue import SPANISH, faults, update


def main() -> int:
    count = len(update())
    found = faults()
    for line in found:
        sys.stdout.write(f"{line}\n")
    place = SPANISH.relative_to(ROOT)
    sys.stdout.write(f"{place}: {count} texts, {len(found)} to mend\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
