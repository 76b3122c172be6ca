"""Examines pictures in a process of their own and prints its peak memory in megabytes.

python -m tests.pictures.peak THREADS FILE...      each file once, shared among the threads
"""

import re
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from generations.services.pictures import PictureRefused, examine_picture


def _examine(path: str) -> str:
    try:
        picture = examine_picture(
            Path(path).read_bytes(),
            max_bytes=64 * 1024 * 1024,
            max_pixels=50_000_000,
            thumbnail_width=512,
        )
    except PictureRefused as refused:
        return refused.code
    return f"{picture.width}x{picture.height}"


def main(threads: str, *paths: str) -> None:
    before = _kilobytes("VmRSS")
    with ThreadPoolExecutor(int(threads)) as pool:
        answers = set(pool.map(_examine, paths))
    grown = _kilobytes("VmHWM") - before
    sys.stdout.write(f"{grown // 1024} {' '.join(sorted(answers))}\n")


def _kilobytes(name: str) -> int:
    """From Linux itself: getrusage would count the process that started this one as well."""
    status = Path("/proc/self/status").read_text()
    return int(re.search(rf"{name}:\s+(\d+) kB", status)[1])


if __name__ == "__main__":
    main(*sys.argv[1:])
