"""Ensembles: many runs on any engine, in a store that loses none of them.

From low to high: `plan` (which runs), `job` and `finished` (one run, sent and brought back), `child` and
`runner` (a process that runs and may die), `task` (what an engine is given), `engines`, `store` and
`claims` (the folder and who works on it), `driver` (the loop), `ensemble` (the way in).
"""
