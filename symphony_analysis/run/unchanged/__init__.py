"""What need not run again: fingerprints of inputs and code, the cache, and run.json of the last run."""
