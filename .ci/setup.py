"""Makes a fresh checkout ready: system packages, a private uv, the locked environment, the fonts.

Called by the Makefile with what the target needs: `setup.py run|test|check`. Standard library only, and
written for whatever python3 the machine has (3.8 and later); nothing here is part of the product.
Says what it installs, asks for nothing, and goes on with what is there when it may not install.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parent.parent
STATE = ROOT / ".setup"
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
INPUTS = ("requirements.lock", "pyproject.toml", ".ci/setup.py")
OLDEST, TOO_NEW = (3, 11), (3, 14)  # as requires-python in pyproject.toml; Kivy has no wheels past 3.13
UV = "uv>=0.8,<1"
FLAVOURS = ("run", "test", "check")
BY_HAND = "apt-get update && apt-get install -y --no-install-recommends "

# What the terminal needs of the system, and why. The names are those of Debian and Ubuntu.
RUN_PACKAGES = {
    "fontconfig": "finds fonts",
    "fonts-noto-cjk": "Chinese font",
    "fonts-hanazono": "rare characters in names",
    "fonts-babelstone-han": "characters newer than those of Hanazono",
    "fonts-noto-core": "Mongolian names",
    "espeak-ng": "spoken prompts",
    "alsa-utils": "short sounds (aplay)",
    "libzbar0": "second decoder of codes",
    "libgl1": "OpenGL",
    "libegl1": "OpenGL",
    "libgles2": "OpenGL",
    "libgl1-mesa-dri": "OpenGL without a graphics card",
    "libglib2.0-0": "OpenCV",
    "libmtdev1": "touch screens",
    "libusb-1.0-0": "slip printers on USB",
    "xvfb": "a display where there is none",
    "xdotool": "real taps in the demonstration",
}
TEST_PACKAGES = {
    "postgresql": "tests start a server of their own from it",
    "poppler-utils": "tests read the pages for the wall back",
    "libreoffice-calc-nogui": "tests read the Excel books back",
}


class Stop(Exception):  # noqa: N818
    """Set-up cannot go on; the text tells a person what to do."""


def say(text: str) -> None:
    print("[set-up] " + text, flush=True)


def main(flavour: str) -> None:
    if flavour not in FLAVOURS:
        raise Stop("which set-up? one of: " + ", ".join(FLAVOURS))
    stamp = STATE / ("done-" + flavour)
    if is_done(stamp):
        return
    STATE.mkdir(exist_ok=True)
    with (STATE / "lock").open("w") as lock:
        take(lock)
        if is_done(stamp):  # another make did it meanwhile
            return
        python = pick_python()
        whole = system_packages(flavour, python)
        environment(python)
        whole = fonts() and whole
        if whole:
            stamp.write_text(key())
            say("ready")
        else:
            say("ready, with something missing (see above); it is looked for again next time")


# --- stamps and lock


def key() -> str:
    """Changes when anything that set-up reads has changed, or the checkout was moved."""
    digest = hashlib.sha256(str(ROOT).encode())
    for name in INPUTS:
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


def is_done(stamp: Path) -> bool:
    try:
        return stamp.read_text() == key() and os.access(str(PYTHON), os.X_OK)
    except OSError:
        return False


def take(lock: IO[str]) -> None:
    """Wait while another make sets up the same checkout."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        say("another set-up of this checkout is under way; waiting for it")
        fcntl.flock(lock, fcntl.LOCK_EX)


# --- system packages


def system_packages(flavour: str, python: str) -> bool:
    """Install what is missing; False when something still is."""
    wanted = {} if flavour == "check" else dict(RUN_PACKAGES)
    if flavour == "test":
        wanted.update(TEST_PACKAGES)
    if not has_module(python, "ensurepip"):  # Debian keeps it in a package of its own
        major, minor = version_of(python) or OLDEST
        wanted[f"python{major}.{minor}-venv"] = "makes Python environments"
    if not shutil.which("dpkg-query"):
        say("not a Debian or Ubuntu system; please see that it has: " + ", ".join(wanted))
        return True
    there = installed()
    missing = [name for name in wanted if name not in there]
    if not missing:
        return True
    say("system packages missing: " + ", ".join(f"{name} ({wanted[name]})" for name in missing))
    return install(missing)


def installed() -> set[str]:
    """Names of installed packages and of what they stand for (libglib2.0-0t64 provides libglib2.0-0)."""
    listed = subprocess.run(
        ["dpkg-query", "-W", "-f", "${db:Status-Status}\t${Package}, ${Provides}\n"],
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    ).stdout
    names = set()
    for line in listed.splitlines():
        state, _, provided = line.partition("\t")
        if state == "installed":
            names.update(re.findall(r"(?:^|, )([^ ,:(]+)", provided))
    return names


def install(names: list[str]) -> bool:
    """Install by apt as root or by sudo; otherwise name the line to type. False when something is missing."""
    rights = how_to_be_root()
    if rights is None:
        say("not root and no sudo here. Please type, as root:")
        say("    " + BY_HAND + " ".join(names))
        say("going on with what is there")
        return False
    say("installing by apt: " + " ".join(names))
    if not any(Path("/var/lib/apt/lists").glob("*_Packages*")):
        apt(rights, "update")
    if not apt(rights, "install", *names):
        apt(rights, "update")
        if not apt(rights, "install", *names):
            for name in names:  # one that this release lacks must not keep the others out
                apt(rights, "install", name)
    there = installed()
    left = [name for name in names if name not in there]
    if left:
        say("apt could not install all. Please type, as root:")
        say("    " + BY_HAND + " ".join(left))
        say("going on with what is there")
    return not left


def how_to_be_root() -> list[str] | None:
    if not shutil.which("apt-get"):
        return None
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") is None:
        return None
    sudo = ["sudo"] if sys.stdin.isatty() else ["sudo", "-n"]
    if len(sudo) == 1:
        say("sudo may ask for your password")
    return sudo if succeeds(*sudo, "true") else None


def apt(rights: list[str], action: str, *names: str) -> bool:
    options = ["-qq", "-o", "DPkg::Lock::Timeout=300", "-o", "Dpkg::Use-Pty=0"]
    if action == "install":
        options += ["-y", "--no-install-recommends"]
    log = STATE / "apt.log"
    with log.open("ab") as file:
        command = [*rights, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", *options, action, *names]
        code = subprocess.run(
            command, check=False, stdin=subprocess.DEVNULL, stdout=file, stderr=file
        ).returncode
    if code:
        say(f"apt-get {action} failed ({code}), see {log}")
    return code == 0


# --- Python


def pick_python() -> str:
    """The distribution's python3 if its version fits, else another one that is there, else one from apt."""
    named = [f"python3.{minor}" for minor in range(TOO_NEW[1] - 1, OLDEST[1] - 1, -1)]
    places = ["/usr/bin/python3", *("/usr/bin/" + name for name in named)]
    places += [path for path in map(shutil.which, ["python3", *named]) if path]
    for path in places:
        if version_of(path):
            return path
    say(f"no Python 3.{OLDEST[1]} to 3.{TOO_NEW[1] - 1} here")
    known = [name for name in named if shutil.which("apt-cache") and succeeds("apt-cache", "show", name)]
    if known and install(known[:1]) and version_of("/usr/bin/" + known[0]):
        return "/usr/bin/" + known[0]
    raise Stop("please install Python 3.11, 3.12 or 3.13 and try again")


def version_of(path: str) -> tuple[int, int] | None:
    """(major, minor) of an interpreter when it fits, else None."""
    code = "import sys; print(*sys.version_info[:2])"
    with contextlib.suppress(OSError):
        answer = subprocess.run([path, "-c", code], check=False, capture_output=True)
        parts = answer.stdout.split()
        if answer.returncode == 0 and len(parts) == 2:
            version = (int(parts[0]), int(parts[1]))
            if OLDEST <= version < TOO_NEW:
                return version
    return None


def environment(python: str) -> None:
    """The locked packages and the project itself in .venv."""
    uv = private_uv(python)
    settings = index_settings()
    if version_of(str(PYTHON)) is None or is_moved():
        say(f"making .venv with {python}")
        run([uv, "venv", "--quiet", "--clear", "--python", python, str(VENV)], settings)
    say("installing the packages of requirements.lock into .venv (hashes checked, nothing compiled)")
    into = ["--quiet", "--python", str(PYTHON)]
    sync = [uv, "pip", "sync", *into, "--require-hashes", "--only-binary", ":all:", "--compile-bytecode"]
    run([*sync, str(ROOT / "requirements.lock")], settings)
    run([uv, "pip", "install", *into, "--no-deps", "--no-build-isolation", "--editable", str(ROOT)], settings)


def is_moved() -> bool:
    """Whether .venv was made for another folder; its commands name that folder in their first line."""
    return str(VENV) not in (VENV / "bin" / "activate").read_text()


def private_uv(python: str) -> str:
    """uv in .setup/uv, put there by pip; one on the PATH only when there is no pip."""
    home = STATE / "uv"
    uv = home / "bin" / "uv"
    if uv.exists() and succeeds(str(uv), "--version"):
        return str(uv)
    shutil.rmtree(str(home), ignore_errors=True)
    say("installing uv by pip into .setup/uv")
    if has_module(python, "ensurepip"):
        pip = [str(home / "bin" / "python"), "-m", "pip", "--quiet", "--disable-pip-version-check"]
        run([python, "-m", "venv", str(home)])
        run([*pip, "install", UV])
        return str(uv)
    if has_module(python, "pip"):
        run([python, "-m", "pip", "install", "--quiet", "--target", str(home), UV])
        return str(uv)
    found = shutil.which("uv")
    if found:
        return found
    raise Stop("here is neither python3-venv nor pip nor uv; install one of them and try again")


def has_module(python: str, name: str) -> bool:
    return succeeds(python, "-c", "import " + name)


def index_settings() -> dict[str, str]:
    """uv does not read pip's settings: hand on the package index that the machine's owner gave to pip."""
    settings = {"UV_PYTHON_DOWNLOADS": "never", "UV_HTTP_TIMEOUT": "180", "UV_LINK_MODE": "copy"}
    if os.environ.keys() & {"UV_DEFAULT_INDEX", "UV_INDEX_URL"}:
        return settings
    pip = STATE / "uv" / "bin" / "pip"
    if pip.exists():
        listed = subprocess.run(
            [str(pip), "config", "list"], check=False, capture_output=True, text=True
        ).stdout
        for line in listed.splitlines():
            found = re.match(r"(?:global|install|:env:)\.index-url='(.*)'$", line)
            if found:
                settings["UV_DEFAULT_INDEX"] = found.group(1)
    return settings


def succeeds(*command: str) -> bool:
    return subprocess.run(command, check=False, capture_output=True).returncode == 0


def run(command: list[str], settings: dict[str, str] | None = None) -> None:
    code = subprocess.run(command, check=False, env={**os.environ, **(settings or {})}).returncode
    if code:
        raise Stop(f"this failed ({code}): " + " ".join(command))


# --- fonts


def fonts() -> bool:
    """Take the Chinese face out of the font collection now, so that the first start need not."""
    code = (
        "from kiosk.ui.fonts import FontsMissing, prepare\n"
        "try: missing = ' '.join(prepare().missing_packages)\n"
        "except FontsMissing as why: raise SystemExit(str(why))\n"
        "if missing: raise SystemExit('rare characters need: apt-get install ' + missing)"
    )
    answer = subprocess.run([str(PYTHON), "-c", code], check=False, cwd=ROOT, capture_output=True, text=True)
    if answer.returncode:
        say("fonts: " + answer.stderr.strip().splitlines()[-1])
    return answer.returncode == 0


if __name__ == "__main__":
    try:
        main(sys.argv[1] if len(sys.argv) > 1 else "run")
    except Stop as why:
        say(str(why))
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
