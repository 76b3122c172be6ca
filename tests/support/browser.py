"""Debian's Chromium for the browser tests: where it is, and how it gets there.

The one without windows of its own: the other spends as much on them as on the pages.
"""

import os
import shutil
import subprocess
from pathlib import Path

CHROMIUM = Path("/usr/bin/chromium-headless-shell")


def install_where_allowed() -> str:
    """Installs Chromium when it is missing and we may; says why it is still missing."""
    if CHROMIUM.exists():
        return ""
    if os.getuid() != 0 or not shutil.which("apt-get"):
        return f"{CHROMIUM} is missing, and only root on Debian may install it"
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update", "-qq"], ["install", "-y", "-qq", CHROMIUM.name]):
        done = subprocess.run(
            ["apt-get", *command], env=environment, capture_output=True, text=True, check=False
        )
        if done.returncode:
            return f"apt-get {' '.join(command)} failed: {done.stderr.strip()[-300:]}"
    return ""
