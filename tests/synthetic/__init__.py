"""The seeded generator of the synthetic files in ``data/raw``: run it with ``python -m tests.synthetic``.

No row describes a child. README.md beside this file says what is real, what is invented and how the
invented rows were made to agree with the published and printed figures.
"""
