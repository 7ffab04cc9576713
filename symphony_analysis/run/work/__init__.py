"""Who executes the notebooks of a run: threads of this machine, or the workers of a Dask cluster."""
