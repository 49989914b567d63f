"""Reading the machine's apt configuration in both of its formats, through apt."""

import pytest

from devtools import apt

KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
LIST = f"""\
# deb http://mirror.example/old bookworm main
deb http://vendor.example/deb nodistro main
deb http://mirror.example/security bookworm-security main # comment
deb [signed-by={KEYRING}] http://mirror.example/debian bookworm main contrib
"""
DEB822 = f"""\
Types: deb-src
URIs: http://source.example/debian
Suites: bookworm
Components: main

Enabled: no
Types: deb
URIs: http://off.example/debian
Suites: bookworm
Components: main

Types: deb deb-src
# a comment inside
URIs: http://mirror.example/debian
Suites: bookworm bookworm-updates
Components: main
Signed-By: {KEYRING}
"""
INLINE = """\
Types: deb
URIs: http://inline.example/x
Suites: stable
Components: main
Signed-By:
 -----BEGIN PGP PUBLIC KEY BLOCK-----
 .
 abc
"""


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("a.list", LIST, ("http://mirror.example/debian/", KEYRING)),
        ("a.sources", DEB822, ("http://mirror.example/debian/", KEYRING)),
        # a key written into the paragraph is no file
        ("a.sources", INLINE, ("http://inline.example/x/", "")),
        ("a.list", LIST.replace(" bookworm main", " trixie main"), None),
        ("a.list", "", None),
    ],
)
def test_the_distribution_s_own_archive(tmp_path, name, text, found):
    (tmp_path / name).write_text(text)
    options = [
        "-o", f"Dir::State::Lists={tmp_path}", "-o", "Dir::Etc::SourceList=/dev/null",
        "-o", f"Dir::Etc::SourceParts={tmp_path}",
    ]  # fmt: skip
    assert apt.main_source("bookworm", *options) == found


def test_missing_packages_are_listed_once_and_in_order():
    needs = (
        (lambda: False, ("one", "two")),
        (lambda: True, ("three",)),
        (lambda: None, ("four",)),
    )
    assert apt.missing_packages(needs) == ["one", "two", "four"]
    assert apt.install_command(["one", "two"]).endswith("apt-get install -y one two")
