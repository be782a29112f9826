"""Dead keys: numeric keys of the schema that change no frame of any shipped scenario.

``python -m experiments.dead_keys`` moves every numeric key by a fifth of its range, up and down, in the
shipped scenarios, on the same army and luck, until some frame of the run changes, and writes
``docs/keys.md``. It fails if a key changes nothing. With ``--missing`` only keys that the page does not have
yet, or has as dead, are tried, and those that are gone are dropped; ``--only PATTERN`` tries some keys and
writes nothing.
"""
