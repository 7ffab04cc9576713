"""Kernel processes: how each kind is started, prepared, limited and ended."""
