"""The files of the trust's own: manifest, comparators, corrections, records, trust.toml, frozen issues."""
