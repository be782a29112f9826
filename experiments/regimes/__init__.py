"""The map of regimes: hold, rising, pulse and collapse from the same rules.

``python -m experiments.regimes`` (``make regimes``) writes ``docs/regimes.md`` and a figure: the class of
outcome over grievance, the learning of surveillance and the effect of belief on the ranks, three armies a
cell, and how far the baseline is from each border.
"""
