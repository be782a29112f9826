"""Regressions on simulated exits: do they find the log hazard ratios that were put in.

``python -m experiments.recovery`` (``make recovery``) writes ``docs/recovery.md`` and its figure.
"""
