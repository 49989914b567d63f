"""Reading the machine's apt configuration in both of its formats."""

from devtools import apt

LIST = """\
# deb http://mirror.example/debian sid main
deb [arch=amd64 signed-by=/usr/share/keyrings/d.gpg] http://mirror.example/d bookworm main contrib
deb-src http://mirror.example/debian bookworm main
deb http://mirror.example/security bookworm-security main # comment
"""
DEB822 = """\
Types: deb
# a comment inside
URIs: http://mirror.example/debian
Suites: bookworm bookworm-updates
Components: main
Signed-By: /usr/share/keyrings/d.gpg

Types: deb-src
URIs: http://mirror.example/debian
Suites: bookworm
Components: main

Enabled: no
Types: deb
URIs: http://off.example/debian
Suites: bookworm
Components: main

Types: deb deb-src
URIs: http://inline.example/x
Suites: stable
Components: main
Signed-By:
 -----BEGIN PGP PUBLIC KEY BLOCK-----
 .
 abc
"""


def test_one_line_format():
    sources = apt.parse_list(LIST)
    assert [source.suites for source in sources] == [("bookworm",), ("bookworm-security",)]
    assert sources[0].signed_by == "/usr/share/keyrings/d.gpg"
    assert sources[0].components == ("main", "contrib")
    assert sources[1].signed_by == ""


def test_paragraph_format():
    sources = apt.parse_deb822(DEB822)
    assert [source.uri for source in sources] == [
        "http://mirror.example/debian",
        "http://inline.example/x",
    ]
    assert sources[0].suites == ("bookworm", "bookworm-updates")
    assert sources[0].signed_by == "/usr/share/keyrings/d.gpg"
    assert sources[1].signed_by == "", "a key written into the paragraph is no file"


def test_machine_sources_reads_both(tmp_path):
    (tmp_path / "sources.list").write_text(LIST)
    (tmp_path / "sources.list.d").mkdir()
    (tmp_path / "sources.list.d" / "debian.sources").write_text(DEB822)
    (tmp_path / "sources.list.d" / "ignored.save").write_text(LIST)
    assert len(apt.machine_sources(tmp_path)) == 4


def test_machine_without_sources(tmp_path):
    assert apt.machine_sources(tmp_path) == []


def test_main_source_is_the_distribution_s_own():
    other = apt.Source("http://vendor.example/deb", ("nodistro",), ("main",))
    security = apt.Source("http://mirror.example/security", ("bookworm-security",), ("main",))
    main = apt.Source("http://mirror.example/debian", ("bookworm",), ("main",))
    assert apt.main_source([other, security, main], "bookworm") == main
    assert apt.main_source([other, security], "bookworm") is None


def test_missing_packages_are_listed_once_and_in_order():
    needs = (
        (lambda: False, ("one", "two")),
        (lambda: True, ("three",)),
        (lambda: None, ("four",)),
    )
    assert apt.missing_packages(needs) == ["one", "two", "four"]
    assert apt.install_command(["one", "two"]).endswith("apt-get install -y one two")
