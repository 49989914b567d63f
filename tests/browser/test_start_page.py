"""Who logs in begins on the page of his role, with its menus around it."""

import re

import pytest
from playwright.sync_api import expect

ROLES = [
    ("rep", "CRM", "Pipeline"),
    ("dispatcher", "Inventaire", "Livraisons"),
    ("accounting", "Facturation", "À facturer"),
    ("driver", "Mes tournées", "Mes livraisons"),
]


@pytest.mark.parametrize(("login", "app", "page"), ROLES)
def test_day_begins_on_the_page_of_the_role(desktop, login, app, page):
    desktop.login(login)
    desktop.open("/odoo", ".o_action_manager .o_view_controller")
    expect(desktop.page.locator(".o_menu_brand")).to_have_text(app)
    expect(desktop.page.locator(".o_last_breadcrumb_item")).to_contain_text(
        re.compile(page, re.IGNORECASE)
    )
    desktop.page.locator(".o_navbar_apps_menu button").click()
    apps = desktop.page.locator(".o-dropdown--menu .o_app")
    expect(apps.first).to_be_visible()
    assert not {"Apps", "Live Chat"} & set(apps.all_inner_texts())
    desktop.shot(f"start-{login}")
