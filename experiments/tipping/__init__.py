"""Tipping: scans of P(collapse), time to collapse, memory of what was, early warnings and their errors.

``python -m experiments.tipping`` (``make tipping``) writes ``docs/tipping.md`` and its figures.
"""
