"""The table of results: one line a fault, one column a database."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    # The command that prints it runs without Django
    from tests.faults.table.rows import Result

Line = Mapping[str, Any]


class TableReport:
    """Collects the results of one database, and keeps them in a file where one is named."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self.lines: list[Line] = []

    def note(self, result: "Result") -> None:
        row = result.row
        self.lines.append(
            {
                "family": row.family,
                "name": row.name,
                "cause": row.cause,
                "expected": str(row.expected),
                "word": result.word,
                "found": result.found,
                "not_caused": result.not_caused,
                "said": result.said,
                "seconds": round(result.seconds, 1),
            }
        )
        if self._path is not None:
            self._path.write_text(json.dumps(self.lines))


def read_lines(path: Path) -> list[Line]:
    """What a run has kept; nothing where it did not come so far."""
    return json.loads(path.read_text()) if path.exists() else []


def table(by_database: Mapping[str, Sequence[Line]]) -> list[str]:
    """All faults with what came of them on each database, then what deviates, then the sums."""
    names = {it["name"]: it for lines in by_database.values() for it in lines}
    if not names:
        return []
    head = ["family", "fault", "expected", *by_database]
    found = {key: {it["name"]: it for it in lines} for key, lines in by_database.items()}
    rows = [
        [
            it["family"],
            name,
            it["expected"],
            *(of.get(name, {}).get("word", "-") for of in found.values()),
        ]
        for name, it in names.items()
    ]
    return [*_columns([head, *rows]), "", *_words(by_database), "", *_sums(by_database)]


def _words(by_database: Mapping[str, Sequence[Line]]) -> Iterable[str]:
    for database, lines in by_database.items():
        for it in lines:
            for words in it["found"]:
                yield f"DEVIATION on {database}, {it['name']} ({it['cause']}): {words}"
            if it["not_caused"]:
                yield f"not caused on {database}, {it['name']}: {it['not_caused']}"
            if it["said"]:
                yield f"{database}, {it['name']}: {it['said']}"


def _sums(by_database: Mapping[str, Sequence[Line]]) -> Iterable[str]:
    families = list(dict.fromkeys(it["family"] for lines in by_database.values() for it in lines))
    head = ["as expected, of those caused", *by_database]
    rows = [
        [
            family,
            *(
                _share(it for it in lines if it["family"] == family)
                for lines in by_database.values()
            ),
        ]
        for family in families
    ]
    return _columns([head, *rows, ["all", *(_share(lines) for lines in by_database.values())]])


def _share(lines: Iterable[Line]) -> str:
    words = Counter(it["word"] for it in lines)
    return f"{words['as expected']} of {words['as expected'] + words['DEVIATES']}"


def _columns(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
