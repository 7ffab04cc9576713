"""What a scheduled run needs: entries for schedulers, the journal, notices, signals, the state of the last run."""
