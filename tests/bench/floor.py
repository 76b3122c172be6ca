"""What no order of things can save: every pixel decoded, and a thumbnail of each picture.

Does that alone with the pictures of a folder, on all cores; prints the seconds that it took, and
the processor's.
"""

import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from generations.services.pictures import examine_picture

LIMIT = 1_000_000_000


def main() -> None:
    contents = [path.read_bytes() for path in Path(sys.argv[1]).glob("picture *.png")]
    _examine(contents[0])
    start, used = time.perf_counter(), time.process_time()
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        list(threads.map(_examine, contents))
    sys.stdout.write(f"{time.perf_counter() - start} {time.process_time() - used}\n")


def _examine(content: bytes) -> None:
    examine_picture(content, max_bytes=LIMIT, max_pixels=LIMIT, thumbnail_width=512)


if __name__ == "__main__":
    main()
