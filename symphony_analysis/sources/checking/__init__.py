"""Checks of a whole data folder: coverage, plausibility, schemas of the tidy tables."""
