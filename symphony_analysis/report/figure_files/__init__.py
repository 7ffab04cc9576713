"""The figures of record as files: CSV and Excel."""
