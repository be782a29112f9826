"""The paired effect of each lever and contrast, for the regime, the opposition and the country.

``python -m experiments.levers_page`` (``make levers``) runs all of them on the same armies and luck and
writes ``docs/levers.md`` and a figure. What each was expected to do stands in
`experiments.levers_page.expectations`, written down before its first run.
"""
