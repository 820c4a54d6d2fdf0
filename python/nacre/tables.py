"""Folders of CSV files that `sim-cli` writes, as pandas DataFrames."""

import json
from os import PathLike
from pathlib import Path

import pandas

# Types of a data package, as types of pandas that have a missing value.
_TYPES = {"string": "string", "integer": "Int64", "boolean": "boolean"}


def read_tables(folder: str | PathLike[str]) -> dict[str, pandas.DataFrame]:
    """Every table of a folder by name, in long format: one number a row, identified by the other columns.

    Types are those that `datapackage.json` states; an empty field is missing (NaN or NA). A frame's `attrs["meaning"]` says
    what each column means. Raises FileNotFoundError where the folder has no description, KeyError where a table has a column
    that the description does not list.
    """
    root = Path(folder)
    described = json.loads((root / "datapackage.json").read_text(encoding="utf-8"))
    tables: dict[str, pandas.DataFrame] = {}
    for resource in described["resources"]:
        path = root / resource["path"]
        fields = resource["schema"]["fields"]
        types = {field["name"]: field["type"] for field in fields}
        # Numbers come in as text: a reader of its own would round the last bit in some versions of pandas.
        frame = pandas.read_csv(
            path, dtype={name: "object" if kind == "number" else _TYPES[kind] for name, kind in types.items()},
            keep_default_na=False, na_values=[""], true_values=["true"], false_values=["false"])
        numbers = [name for name, kind in types.items() if kind == "number"]
        frame[numbers] = frame[numbers].astype("float64")
        frame.attrs["meaning"] = {field["name"]: field.get("description", "") for field in fields}
        tables[path.stem] = frame
    return tables
