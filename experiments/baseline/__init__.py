"""The table of the baseline: what it is held to, over 20 pairs of army and luck seeds.

``python -m experiments.baseline`` (``make baseline``) runs it and writes ``docs/baseline.md``.
"""
