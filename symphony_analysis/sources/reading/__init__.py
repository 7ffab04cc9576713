"""From the bytes of a file to checked rows: text, workbooks, headers, cells, recognition."""
