"""Scenario files: YAML read with the place of every value, layered, checked and written."""
