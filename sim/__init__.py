"""The model: an army under pressure, day by day."""
