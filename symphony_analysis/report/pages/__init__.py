"""The HTML pages: executed notebooks become sections, with a cover, an annex and links between them."""
