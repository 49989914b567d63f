"""The networks beside the demo: where ./bti notes them, and that it ends only its own."""

import json
import subprocess
import sys

import pytest

from devtools import accounts, processes, standins

IDLE = "import time; print('ready', flush=True); time.sleep(60)"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(standins, "FOLDER", tmp_path)
    return tmp_path


@pytest.fixture
def idle():
    """Factory of processes that do nothing, with arguments of their own."""
    made = []

    def start(*arguments):
        command = [sys.executable, "-c", IDLE, *arguments]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, start_new_session=True)
        made.append(process)
        process.stdout.readline()  # before, /proc may not tell its arguments
        return process

    yield start
    for process in made:
        process.kill()
        process.communicate()


def write_note(folder, port, pid):
    note = folder / f"{port}.standins"
    note.write_text(json.dumps({"pid": pid, "play": "http://127.0.0.1:8079"}), encoding="utf-8")
    return note


def test_page_is_told_while_it_runs_and_ended_with_its_server(folder, idle):
    process = idle(f"--note={folder / '8069.standins'}")
    note = write_note(folder, 8069, process.pid)
    assert standins.page(8069) == "http://127.0.0.1:8079"
    assert standins.page(8070) == ""
    standins.stop(8070)
    assert process.poll() is None
    standins.stop()
    assert not note.exists() and standins.page(8069) == ""
    assert not processes.is_running_with(process.pid, f"--note={note}")


def test_process_of_somebody_else_is_left_alone(folder, idle):
    """The number of a process may be used again."""
    process = idle("--note=other")
    note = write_note(folder, 8069, process.pid)
    assert standins.page(8069) == ""
    standins.stop()
    assert process.poll() is None and not note.exists()


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"pid": null}'])
def test_spoilt_note_is_forgotten(folder, text):
    note = folder / "8069.standins"
    note.write_text(text, encoding="utf-8")
    assert standins.page(8069) == ""
    standins.stop()
    assert not note.exists()


def test_page_is_among_the_first_clicks_only_when_it_runs():
    page = "http://127.0.0.1:8079"
    assert page in accounts.welcome("http://x", "bti", demo=True, play=page)
    assert "client on the page" not in accounts.welcome("http://x", "bti", demo=True)
