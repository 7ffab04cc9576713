"""What writes to the data folder: a new file, a new year, a new trust."""
