"""Folders and documents on disk, whatever is in them."""
