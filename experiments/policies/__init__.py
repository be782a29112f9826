"""Policies on the same armies and luck: compared, combined, by amount and date, and who left only because.

From low to high: `levers` (overlays and what they make), `effects`, `combinations` and `only_because` (what
the runs say), `paired_runs`, `comparison` (the way in), `dose_response`, `salary_pair` and `explorer` (a plan
in a notebook).
"""
