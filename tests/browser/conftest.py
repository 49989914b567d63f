"""Fixtures of the days in the browser: screens of people on a server with the demo story."""

import pytest
from records import Records
from screen import DESKTOP, PHONE, Screen


@pytest.fixture(scope="session")
def demo_server(make_server):
    """A server with the demo story; without workers it serves the browsers' websockets too."""
    return make_server("browser", demo=True, workers=0).start()


@pytest.fixture
def open_screen(browser, demo_server, artefacts):
    """Factory of screens: ``open_screen(PHONE)``; each must end without an error."""
    screens = []

    def make(device=DESKTOP, **options):
        options = {"locale": "fr-FR", "timezone_id": "Africa/Algiers", **device, **options}
        context = browser.new_context(accept_downloads=True, **options)
        screens.append(Screen(context, demo_server.base_url, artefacts))
        return screens[-1]

    yield make
    for screen in screens:
        screen.context.close()
    for screen in screens:
        screen.check()


@pytest.fixture
def desktop(open_screen):
    """The screen of an office computer."""
    return open_screen(DESKTOP)


@pytest.fixture
def phone(open_screen):
    """The screen of a phone, with touch."""
    return open_screen(PHONE)


@pytest.fixture(scope="session")
def records(demo_server):
    """Maker of what a person finds when his day begins."""
    return Records(demo_server)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport(item, call):
    """Keep a picture of what a failing test saw."""
    report = yield
    if report.when == "call" and report.failed and "open_screen" in item.funcargs:
        folder = item.funcargs["artefacts"] / "failed"
        folder.mkdir(exist_ok=True)
        for number, page in enumerate(
            page for context in item.funcargs["browser"].contexts for page in context.pages
        ):
            page.screenshot(path=folder / f"{item.name}-{number}.png")
    return report
