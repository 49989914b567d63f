"""Folders: atomic building, sockets of bearable length, places another user can reach."""

import pytest

from devtools import paths


def test_socket_stays_in_a_short_folder():
    assert str(paths.socket_folder("/srv/bti/.bti/pg")) == "/srv/bti/.bti/pg"


def test_socket_of_a_deep_checkout_moves_to_a_short_folder():
    deep = "/home/somebody/" + "projects/" * 12 + ".bti/pg"
    short = paths.socket_folder(deep)
    assert len(f"{short}{paths.SOCKET_NAME}") <= paths.SOCKET_LIMIT
    assert short == paths.socket_folder(deep), "the same checkout gets the same folder"
    assert short != paths.socket_folder(deep + "x")


def test_socket_limit_counts_bytes():
    assert paths.socket_folder("/" + "é" * 50).parts[1] == "tmp"


def test_fresh_folder_appears_only_when_complete(tmp_path):
    target = tmp_path / "built"
    with pytest.raises(RuntimeError):
        with paths.fresh_folder(target) as folder:
            (folder / "half").touch()
            raise RuntimeError
    assert not target.exists()
    with paths.fresh_folder(target) as folder:
        assert not (folder / "half").exists(), "left-overs are removed first"
        (folder / "whole").touch()
    assert [path.name for path in target.iterdir()] == ["whole"]
    assert [path.name for path in tmp_path.iterdir()] == ["built"]


def test_postgres_home_is_in_the_checkout_unless_root_hides_it(tmp_path):
    checkout = tmp_path / "checkout"
    checkout.mkdir()
    for folder in [checkout, *checkout.parents[:-1]]:
        if folder.stat().st_uid == paths.os.geteuid() and "pytest" in str(folder):
            folder.chmod(0o755)
    assert paths.postgres_home(checkout, as_root=False) == checkout / ".bti" / "pg"
    checkout.chmod(0o700)
    hidden = paths.postgres_home(checkout, as_root=True)
    assert hidden.parent == paths.SYSTEM_HOME


def test_digest_tells_parts_apart():
    assert paths.digest("a", "b") != paths.digest("ab")
    assert len(paths.digest("a")) == 10


def test_cache_can_be_moved(monkeypatch, tmp_path):
    monkeypatch.setenv("BTI_CACHE", str(tmp_path / "x"))
    assert paths.cache() == tmp_path / "x" / "bti-ecrm", "what is emptied has a name of our own"
