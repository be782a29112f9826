"""Policies: combined with one another, who left only because of them, and by amount and date."""
