"""Readers of QR codes and bar codes: hand scanners on a line, cameras, and their simulated far ends."""
