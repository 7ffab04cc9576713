"""Checks of a whole data folder: coverage, schemas of the tidy tables."""
