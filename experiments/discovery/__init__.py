"""Scenario discovery: under which values of the factors a plan fails or an army collapses.

``python -m experiments.discovery`` (``make discovery``) writes ``docs/discovery.md`` and its figures.
"""
