"""From a number on the page back to its formula, rows and files."""
