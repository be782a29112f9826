"""Cases with a known answer, run by the engine from scenario files, beside their theory.

``python -m experiments.theory`` (``make theory``) writes ``docs/theory.md`` and its figures.
"""
