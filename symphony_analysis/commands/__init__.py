"""The commands that do not run a report, and what is behind them."""
