"""Are the French and Arabic translations whole? Run with the environment's Python (polib)."""

import re
import sys
from collections import Counter
from pathlib import Path

LANGUAGES = ("fr", "ar")
PLACEHOLDER = re.compile(
    r"%\(\w+\)[#0\-+]?[\d.]*[a-zA-Z]|%[sd]|\{\{.*?\}\}|\{\w+\}|t-\w+=\"[^\"]*\""
)
QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")


def placeholders(text):
    """What a translation has to repeat exactly, in any order.

    Words quoted inside an expression are text: they may be translated.
    """
    found = PLACEHOLDER.findall(text)
    return Counter(QUOTED.sub("''", item) if item.startswith("{{") else item for item in found)


def check_entry(msgid, msgstr):
    """What is wrong with one translation, or an empty text."""
    if not msgstr.strip():
        return "not translated"
    if placeholders(msgid) != placeholders(msgstr):
        return "placeholders differ"
    return ""


def check_addon(folder):
    """Complaints about one addon's translations."""
    import polib

    template = folder / "i18n" / f"{folder.name}.pot"
    if not template.is_file():
        yield f"{template}: missing (./bti i18n writes it)"
        return
    wanted = {(entry.msgctxt, entry.msgid) for entry in polib.pofile(str(template))}
    for language in LANGUAGES:
        path = folder / "i18n" / f"{language}.po"
        if not path.is_file():
            yield f"{path}: missing"
            continue
        found = polib.pofile(str(path))
        entries = {(entry.msgctxt, entry.msgid): entry for entry in found if not entry.obsolete}
        for key in sorted(wanted - entries.keys(), key=str):
            yield f"{path}: lacks {key[1][:70]!r}"
        for key in sorted(entries.keys() - wanted, key=str):
            yield f"{path}: {key[1][:70]!r} is in no source any more"
        for entry in entries.values():
            fault = check_entry(entry.msgid, entry.msgstr)
            if entry.fuzzy:
                fault = "fuzzy"
            if fault:
                yield f"{path}:{entry.linenum}: {fault}: {entry.msgid[:70]!r}"


def merge(folder):
    """Bring the translations to the template: new strings empty, vanished ones dropped."""
    import polib

    template = polib.pofile(str(folder / "i18n" / f"{folder.name}.pot"))
    for language in LANGUAGES:
        path = folder / "i18n" / f"{language}.po"
        if path.is_file():
            found = polib.pofile(str(path))
        else:
            found = polib.POFile()
            found.metadata = {**template.metadata, "Language": language}
        found.merge(template)
        for entry in found.obsolete_entries():
            found.remove(entry)
        found.save(str(path))


def main(arguments):
    """Check the folders given; with ``--merge`` first bring their .po files to the template."""
    folders = [Path(argument) for argument in arguments if argument != "--merge"]
    if "--merge" in arguments:
        for folder in folders:
            merge(folder)
    complaints = [line for folder in folders for line in check_addon(folder)]
    for line in complaints[:200]:
        print(line)
    if len(complaints) > 200:
        print(f"... and {len(complaints) - 200} more")
    return 1 if complaints and "--merge" not in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
