"""How a layout is declared: columns, rules, tidy tables, the year and the groups of a file."""
