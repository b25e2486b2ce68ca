"""`kiosk why ENTRY`: the rule, people, proof and corrections behind an entry."""

from __future__ import annotations

import argparse

from kiosk.cli.context import Context
from kiosk.cli.void import entry_of
from kiosk.ledger.masks import mask_name
from kiosk.services.wayfacts import Fact as Step
from kiosk.services.why import Fact, Why, why
from kiosk.words import points

PEOPLE = ("who", "first", "second")  # values of a step that name staff
EXAMPLE = "example: kiosk why 1-284 --json"


def arguments(parser: argparse.ArgumentParser) -> None:
    """What can be said."""
    parser.add_argument("entry", help="epoch-seq, as the entry was answered, or as the history shows it")


def run(context: Context) -> int:
    """Show what is known; names are masked."""
    found = why(context.terminal, *entry_of(context.given.entry))
    facts = [(fact, _shown(context, fact)) for fact in found.facts]
    keys = (f"ui.kind.{found.kind}", f"why.kind.{found.kind}")
    title = next((context.words(key) for key in keys if key in context.words), found.kind)
    lines = [f"{context.words(f'why.{fact.label}')}：{shown}" for fact, shown in facts]
    way = [_step(context, found, step) for step in found.way]
    lines += way
    fields = {"entry": found.entry, "kind": found.kind, "day": found.day}
    told = [
        {"label": fact.label, "value": mask_name(fact.value) if fact.form == "person" else fact.value}
        for fact, _ in facts
    ]
    context.answer(
        {**fields, "facts": told, "way": way}, "\n".join([f"{found.entry} {found.day} {title}", *lines])
    )
    return 0


def _step(context: Context, found: Why, step: Step) -> str:
    """One step of the entry's way as a sentence; people by their masked names."""
    said: dict[str, object] = {}
    for name, value in step.values.items():
        if isinstance(value, str) and value in context.words:
            said[name] = context.words(value)
        elif name in PEOPLE:
            said[name] = mask_name(found.names.get(str(value), "")) or value
        else:
            said[name] = value
    return context.words(step.key, **said)


def _shown(context: Context, fact: Fact) -> str:
    if fact.form == "person":
        return mask_name(fact.value)
    if fact.form == "points":
        return points(int(fact.value))
    key = f"why.word.{fact.value}"
    return context.words(key) if fact.form == "word" and key in context.words else fact.value
