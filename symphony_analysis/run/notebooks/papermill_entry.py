"""Nothing any more: environments installed earlier still name it as an entry point of papermill. Delete with them."""


class SymphonyEngine:
    """Named by the old entry point; papermill loads it and nobody calls it."""
