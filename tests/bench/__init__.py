"""Measurements beside references: `python -m tests.bench`; no tests."""
