"""What stands below a figure of the page."""


def caption(words: str) -> str:
    """Write what a figure shows and what its intervals cover, in Markdown."""
    return f"*{words} A simulation, not an observation.*"
