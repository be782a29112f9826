"""Mechanisms, one file each, and the order of the day: the model's table of contents."""
