"""Sensitivity: which factors of a study drive its outputs, through SALib, over runs of an ensemble.

From low to high: `design` (points and their luck), `weekly` (what is kept of a run), `running` (the runs),
`outputs` (numbers to analyse), `methods` (SALib, a method each), `indices` (the tidy table), `convergence`,
`figures`, `analysis` (the way in). ``python -m experiments.sensitivity`` writes ``docs/findings.md``.
"""
