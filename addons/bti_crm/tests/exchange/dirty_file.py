"""A client list as it comes out of an old program: thousands of lines, some of them wrong."""

import random

TITLES = ("Dossier", "Code client", "Raison sociale", "Type", "Tél", "Email", "NIF", "Wilaya",
          "Commune", "Commercial")  # fmt: skip
# what is wrong with a line: where it is told, and which cells make it so
FAULTS = {
    "no name": ("Name", {"Raison sociale": ""}),
    "name without end": ("Name", {"Raison sociale": "x" * 400}),
    "unknown kind": ("Client kind", {"Type": "??"}),
    "unknown dossier": ("Dossier", {"Dossier": "NOWHERE"}),
    "short phone": ("Phone", {"Tél": "12"}),
    "words for a phone": ("Phone", {"Tél": "voir avec Ali"}),
    "no e-mail": ("E-mail", {"Email": "ali at example"}),
    "short NIF": ("NIF", {"NIF": "12345"}),
    "unknown wilaya": ("Wilaya", {"Wilaya": "Atlantide", "Commune": ""}),
    "wilaya without number": ("Wilaya", {"Wilaya": "99", "Commune": ""}),
    "unknown commune": ("Commune", {"Commune": "Nulle Part"}),
    "commune elsewhere": ("Commune", {"Wilaya": "10", "Commune": "Azazga"}),
    "unknown rep": ("Sales rep", {"Commercial": "Personne"}),
    "same code": (False, {}),
    "too many cells": (False, {}),
}


def make_dirty_file(lines, faults, seed=1):
    """A CSV file in Windows-1252, with the name of the report, titles on each page, sums.

    :param int lines: how many lines have a client
    :param int faults: how many of them are wrong, in turn of each kind
    :return: the file, and ``[(line number, column where it is told)]``
    :rtype: tuple[bytes, list]
    """
    pick = random.Random(seed)
    wrong = dict(
        zip(sorted(pick.sample(range(1, lines), faults)), _turns(faults), strict=True)
    )  # fmt: skip
    rows = [["Liste des clients au 31/10/2026"], [], list(TITLES)]
    told = []
    for number in range(lines):
        row = {
            "Dossier": pick.choice(("CONTA", "SARL BTI", "PARTICULIER")),
            "Code client": f"{number:05}",
            "Raison sociale": f"{pick.choice(('SARL', 'EURL', 'Éts'))} Bâtir n° {number}",
            "Type": pick.choice(("Private person", "Builder", "RESELLER", "")),
            "Tél": f"0551 {number // 100 % 100:02} {number % 100:02} {number // 10_000:02}",
            "Email": f"c{number}@bâtir.example".replace("â", "a") if number % 3 else "",
            "NIF": f"0001150{number:08}" if number % 2 else "",
            "Wilaya": pick.choice(("15", "Tizi-Ouzou", "TIZI OUZOU")),
            "Commune": pick.choice(("Azazga", "FREHA", "")),
            "Commercial": pick.choice(("Nadia", "bti_crm_karim", "")),
        }
        kind = wrong.get(number)
        cells = list((row | FAULTS[kind][1] if kind else row).values())
        if kind == "same code":
            cells[0], cells[1] = rows[3][0], rows[3][1]
        elif kind == "too many cells":
            cells += ["", "rest"]
        rows.append(cells)
        if kind:
            told.append((len(rows), FAULTS[kind][0]))
        if number % 400 == 399:
            rows += [["", "", "Total page", "", "", "", "400"], list(TITLES)]
    rows.append(["TOTAL GÉNÉRAL", str(lines)])
    text = "\r\n".join(";".join(cells) for cells in rows)
    return text.encode("cp1252"), told


def _turns(count):
    kinds = list(FAULTS)
    return [kinds[index % len(kinds)] for index in range(count)]
