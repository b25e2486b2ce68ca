"""Readers of resident identity cards and their simulated far end; a number read lives in memory only."""
