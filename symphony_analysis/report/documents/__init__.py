"""The report on paper: PDF and Word."""
