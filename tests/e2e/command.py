"""The demo's command as a process of its own; no test lives here."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def start(out: Path, *words: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "kiosk", "demo", "--headless", "--out", str(out), *words]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
