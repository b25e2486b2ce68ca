"""`kiosk doctor`: what is well, what is not, what to do."""

from __future__ import annotations

import argparse
import json

from kiosk.cli.context import Context
from kiosk.doctor import examine

EXAMPLE = "example: kiosk --config config.toml doctor"
MARKS = {"ok": "✓", "warning": "!", "bad": "✗", "absent": "–"}


def arguments(_parser: argparse.ArgumentParser) -> None:
    """Nothing more to say."""


def run(context: Context) -> int:
    """Print each finding as it comes; 1 when something is bad."""
    findings = []
    for finding in examine(context.settings):
        findings.append(finding)
        if not context.json:
            advice = f"doctor.{finding.name}-{finding.state}"
            advice_text = f"  → {context.words(advice)}" if advice in context.words else ""
            label = context.words(f"doctor.{finding.name}")
            print(f"{MARKS[finding.state]} {label}: {finding.detail}{advice_text}", flush=True)
    bad = any(finding.state == "bad" for finding in findings)
    if context.json:
        rows = [{"name": one.name, "state": one.state, "detail": one.detail} for one in findings]
        print(json.dumps({"ok": not bad, "findings": rows}, ensure_ascii=False))
    return 1 if bad else 0
