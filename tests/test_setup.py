"""The set-up script on machines that lack things; apt and dpkg are small scripts here, the rest is real."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
import time
import tomllib
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parent.parent


def load(root: Path = ROOT) -> ModuleType:
    spec = importlib.util.spec_from_file_location("setup_script", root / ".ci" / "setup.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """The files set-up reads, in a folder of their own, with the interpreter of these tests as its .venv."""
    root = tmp_path / "checkout"
    for name in ("requirements.lock", "pyproject.toml", ".ci/setup.py"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, root / name)
    (root / ".venv" / "bin").mkdir(parents=True)
    (root / ".venv" / "bin" / "python").symlink_to(sys.executable)
    return root


def tool(folder: Path, name: str, script: str) -> None:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def stamp(root: Path, flavour: str = "run") -> Path:
    setup = load(root)
    (root / ".setup").mkdir(exist_ok=True)
    path = root / ".setup" / f"done-{flavour}"
    path.write_text(setup.key())
    return path


def run_setup(root: Path, *flavour: str, path: str | None = None) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "PATH": path} if path else None
    command = [sys.executable, "-I", str(root / ".ci" / "setup.py"), *flavour]
    return subprocess.run(command, capture_output=True, text=True, env=env, timeout=60, check=False)


def test_when_nothing_changed_it_is_silent_and_quick(checkout: Path) -> None:
    stamp(checkout)
    began = time.perf_counter()
    answer = run_setup(checkout, "run")
    assert time.perf_counter() - began < 1.0, "0.03 s alone on the machine"
    assert (answer.returncode, answer.stdout, answer.stderr) == (0, "", "")


@pytest.mark.parametrize("change", ["requirements.lock", "pyproject.toml", ".ci/setup.py", "python", "moved"])
def test_any_change_sets_up_again(checkout: Path, change: str) -> None:
    done = stamp(checkout)
    assert load(checkout).is_done(done)
    if change == "python":
        (checkout / ".venv" / "bin" / "python").unlink()
    elif change == "moved":
        checkout = checkout.rename(checkout.with_name("elsewhere"))
        done = checkout / ".setup" / done.name
    else:
        with (checkout / change).open("a") as file:
            file.write("# changed\n")
    assert not load(checkout).is_done(done)


def test_each_target_has_its_own_stamp(checkout: Path) -> None:
    done = stamp(checkout, "run")
    assert not load(checkout).is_done(done.with_name("done-test"))


def test_an_unknown_target_is_refused(checkout: Path) -> None:
    answer = run_setup(checkout, "everything")
    assert answer.returncode == 1
    assert "one of: run, test, check" in answer.stdout


def test_two_at_once_wait_for_each_other(checkout: Path) -> None:
    """The second waits for the lock and then finds the work done, without doing it again."""
    done = stamp(checkout)
    ready = done.read_text()
    done.unlink()
    setup = load(checkout)
    with (checkout / ".setup" / "lock").open("w") as lock:
        setup.take(lock)
        command = [sys.executable, "-I", str(checkout / ".ci" / "setup.py"), "run"]
        second = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert second.stdout is not None
        assert "waiting" in second.stdout.readline()
        done.write_text(ready)
    rest, _ = second.communicate(timeout=30)
    assert (second.returncode, rest) == (0, "")


def test_missing_packages_without_root_or_sudo_name_the_line_to_type(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    tool(tmp_path / "bin", "dpkg-query", r"printf 'installed\tfontconfig, \nconfig-files\txvfb, \n'")
    tool(tmp_path / "bin", "apt-get", "echo called >&2; exit 1")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    setup = load()
    monkeypatch.setattr(setup, "has_module", lambda python, name: name != "ensurepip")
    assert setup.system_packages("run", sys.executable) is False
    said = capsys.readouterr().out
    line = next(line for line in said.splitlines() if "apt-get install" in line)
    named = line.split("--no-install-recommends ")[1].split()
    assert "xvfb" in named, "removed but not purged is not installed"
    assert "libusb-1.0-0" in named, "pyusb has no library of its own"
    assert "fontconfig" not in named
    assert "postgresql" not in named, "only the tests need it"
    assert f"python3.{sys.version_info.minor}-venv" in named, "one line for all"
    assert "going on with what is there" in said


def test_a_package_one_release_lacks_does_not_keep_the_others_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The small apt here knows all packages but one, and installs all or nothing, as the real one does."""
    state = tmp_path / "installed"
    state.touch()
    tool(
        tmp_path / "bin", "dpkg-query", f"while read -r n; do printf 'installed\\t%s, \\n' $n; done < {state}"
    )
    tool(
        tmp_path / "bin",
        "apt-get",
        "for n; do [ $n = xdotool ] && { echo 'E: no xdotool' >&2; exit 100; }; done\n"
        'case "$*" in *" install "*) ;; *) exit 0;; esac\n'
        f"for n; do echo $n >> {state}; done",
    )
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    setup = load()
    monkeypatch.setattr(setup, "STATE", tmp_path)
    assert setup.install(["xvfb", "xdotool", "libzbar0"]) is False
    assert {"xvfb", "libzbar0"} <= setup.installed()
    lines = capsys.readouterr().out.splitlines()
    assert lines[-2].endswith("--no-install-recommends xdotool")
    assert "no xdotool" in (tmp_path / "apt.log").read_text()


def test_a_renamed_package_counts_by_what_it_provides(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    listing = r"printf 'installed\tlibglib2.0-0t64, libglib2.0-0 (= 2.84.4-3), libz (>= 1)\n'"
    tool(tmp_path / "bin", "dpkg-query", listing)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    assert load().installed() == {"libglib2.0-0t64", "libglib2.0-0", "libz"}


@pytest.mark.parametrize(
    ("version", "fits"),
    [("3 10", False), ("3 11", True), ("3 13", True), ("3 14", False), ("nonsense", False)],
)
def test_only_a_python_with_kivy_wheels_is_taken(tmp_path: Path, version: str, fits: bool) -> None:
    tool(tmp_path, "python3", f"echo {version}")
    assert (load().version_of(str(tmp_path / "python3")) is not None) is fits


def test_a_missing_python_is_none(tmp_path: Path) -> None:
    assert load().version_of(str(tmp_path / "python3")) is None


def test_the_versions_are_those_of_the_project() -> None:
    setup = load()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    oldest, too_new = (".".join(map(str, version)) for version in (setup.OLDEST, setup.TOO_NEW))
    assert project["requires-python"] == f">={oldest},<{too_new}"


def test_the_package_index_given_to_pip_is_handed_on_to_uv(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    setup = load()
    tool(tmp_path, "pip", "echo \"global.index-url='https://mirror.example/simple'\"")
    (tmp_path / "uv" / "bin").mkdir(parents=True)
    (tmp_path / "pip").rename(tmp_path / "uv" / "bin" / "pip")
    monkeypatch.setattr(setup, "STATE", tmp_path)
    monkeypatch.delenv("UV_DEFAULT_INDEX", raising=False)
    monkeypatch.delenv("UV_INDEX_URL", raising=False)
    settings = setup.index_settings()
    assert settings["UV_DEFAULT_INDEX"] == "https://mirror.example/simple"
    assert settings["UV_PYTHON_DOWNLOADS"] == "never"
    monkeypatch.setenv("UV_DEFAULT_INDEX", "https://other.example/simple")
    assert "UV_DEFAULT_INDEX" not in setup.index_settings()


def test_the_lock_is_hashed_and_names_no_index() -> None:
    lock = (ROOT / "requirements.lock").read_text()
    pins = re.findall(r"^[A-Za-z0-9][^ =]*==", lock, re.MULTILINE)
    assert len(pins) > 50
    assert all("--hash=sha256:" in block for block in re.split(r"\n(?=\S)", lock.strip()) if "==" in block)
    assert "://" not in lock


def test_every_make_target_is_explained() -> None:
    command = ["make", "--silent", "--no-print-directory", "-C", str(ROOT), "help"]
    explained = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    (phony,) = re.findall(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert set(re.findall(r"make (\w+)", explained)) == set(phony.split())


@pytest.mark.parametrize(
    ("display", "locale", "expected"),
    [
        ("", "", "-m kiosk demo --headless"),
        (":7", "en", "-m kiosk demo --locale en"),
        (":7", "", "-m kiosk demo"),
    ],
)
def test_make_run_goes_headless_without_a_display(display: str, locale: str, expected: str) -> None:
    env = {key: value for key, value in os.environ.items() if key not in ("DISPLAY", "WAYLAND_DISPLAY")}
    if display:
        env["DISPLAY"] = display
    arguments = [f"LOCALE={locale}"] if locale else []
    planned = subprocess.run(
        ["make", "-n", "-C", str(ROOT), "run", *arguments],
        capture_output=True,
        text=True,
        env=env,
        check=True,
    )
    last = [line for line in planned.stdout.splitlines() if "kiosk demo" in line][-1]
    assert " ".join(last.split()).endswith(expected)
