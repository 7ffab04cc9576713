"""CSV on the Web metadata of figures.csv, found as figures.csv-metadata.json."""

import json
from datetime import date

from symphony_analysis.figure import COLUMNS, KEYS

NAME = "figures.csv-metadata.json"
LICENCE = "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/"


def metadata(title: str, as_at: date) -> str:
    """The metadata of a release's figures.csv as JSON: columns, types, key and the day of the data."""
    columns = [
        {"name": name, "titles": name, "datatype": kind, "null": "", "dc:description": meaning}
        for name, (kind, meaning) in COLUMNS.items()
    ]
    described = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "url": "figures.csv",
        "dc:title": title,
        "dc:language": "en-GB",
        "dc:temporal": f"as known on {as_at.isoformat()}",
        "dc:license": {"@id": LICENCE},
        "dialect": {"encoding": "utf-8", "delimiter": ",", "header": True, "lineTerminators": ["\n"]},
        "tableSchema": {"columns": columns, "primaryKey": KEYS},
    }
    return json.dumps(described, indent=1, ensure_ascii=False) + "\n"
