"""One module for each official layout: its declaration, its tidy frame and its checks."""
