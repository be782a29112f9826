"""How fast the model runs: building the army and the days, by size, by stage, beside a plain C loop.

`erosion bench` times one scenario; ``benchmarks/bench.py`` (``make bench``) does the rest.
"""
