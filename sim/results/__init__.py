"""What is left of a run: frames, their breakdown by group, the class of outcome, the saved folder."""
