"""One notebook of a run: its stored form, its parameters, its execution through papermill, its normal form."""
