"""A walk over screens: each is read, and all that is wrong on any of them is told at the end."""

from playwright.sync_api import expect
from screen import FILLED, SETTLED

OFFICE = {"viewport": {"width": 1280, "height": 900}}


# what a view has drawn when its records are there
DRAWN = ":is(.o_data_row, .o_kanban_record, .o_pivot, canvas, .fc-view, .o_view_nocontent)"


class Walk:
    """A person's way through screens in one language.

    :param screen: of the person, logged in
    :param lang: the language that is expected, ``fr_FR`` or ``ar_001``
    :param name: begins the names of the pictures
    :param ignore: patterns of data that look like English
    """

    def __init__(self, screen, lang, name, ignore=()):
        self.screen, self.page, self.lang, self.name = screen, screen.page, lang, name
        self.ignore, self.faults, self.count = ignore, [], 0
        self.narrow = screen.page.viewport_size["width"] < 768

    # --- going ------------------------------------------------------------------------------------
    def open(self, path, title, *columns, fields=(), view=None):
        """Open an action, and look at it.

        :param path: after ``/odoo/``
        :param title: of the picture
        :param columns: of the list that are to be whole
        :param fields: of the form that are to be whole
        :param view: ``list``, ``kanban``...; by default the first one
        """
        self.screen.open(f"/odoo/{path}" + (f"?view_type={view}" if view else ""))
        self.look(title, *columns, fields=fields)

    def switch(self, view, title, *columns):
        """Change the view of the open action by its button, and look at it."""
        if self.narrow:
            self.page.click(".o_cp_switch_buttons .dropdown-toggle")
            self.page.click(f".o-dropdown--menu .dropdown-item:has(.{ICONS[view]})")
        else:
            self.page.click(f".o_cp_switch_buttons .o_switch_view.o_{view}")
        self.page.locator(f".o_action_manager .o_{view}_view {DRAWN}").first.wait_for()
        self.look(title, *columns)

    def press(self, name):
        """Press a button of the form; on a phone all but the first are behind three dots."""
        button = self.screen.button(name)
        if not self.narrow:
            button.click()
            return
        if not button.count():
            self.page.click(".o_statusbar_buttons button:has(.oi-ellipsis-v)")
        # not by the mouse: who scrolls while the sheet comes up from below sends it away
        button.dispatch_event("click")

    def tab(self, name, title, *columns, fields=()):
        """Open a tab of the form, and look at it."""
        self.page.click(f".o_notebook .nav-link[name={name}]")
        self.look(title, *columns, fields=fields, lists=".o_notebook .o_list_renderer")

    # --- looking ----------------------------------------------------------------------------------
    def look(self, title, *columns, fields=(), within="body", lists=None):
        """Read the screen, look whether columns and fields are whole, keep a picture."""
        self.count += 1
        page = self.page
        shown = f"{FILLED}, .o_form_view, .o_calendar_view"
        expect(page.locator(shown).first).to_be_attached()
        self.screen.shot(f"{self.name}-{self.lang[:2]}-{self.count:02d}-{title}")
        self._try(title, self.screen.assert_in_language, self.lang, within, self.ignore)
        if columns and not self.narrow:  # a phone pushes a list aside to read the rest
            lists = lists or ".o_action_manager .o_list_renderer"
            first = page.locator(f"{lists} tbody td[name='{columns[0]}']").first
            self._try(title, expect(first).to_be_attached)
            self._try(title, self.screen.assert_whole, *columns, within=lists)
        scope = ".modal " if page.locator(".modal .o_form_view").count() else ""
        for field in fields:
            cells = f"{scope}.o_form_view .o_field_widget[name={field}]:visible"
            self._try(title, self.screen.assert_cells_whole, cells)
        if self.narrow:
            self._try(title, self.screen.expect_no_sideways_scrolling)

    def dialog(self, title, *columns, fields=()):
        """Look at the dialog on top."""
        self.screen.dialog.wait_for()
        self.page.wait_for_function(SETTLED)
        lists = ".modal .o_list_renderer"
        self.look(title, *columns, fields=fields, within=".modal-content", lists=lists)

    def close(self):
        """Close the dialog on top."""
        self.page.locator(".modal .btn-close, .modal .oi-arrow-left").last.click()
        expect(self.page.locator(".modal")).to_have_count(0)

    def _try(self, title, check, *args, **kwargs):
        try:
            check(*args, **kwargs)
        except AssertionError as fault:
            self.faults.append(f"{title}: {fault}")

    def end(self):
        """Fail with all that was wrong."""
        assert not self.faults, "\n".join(self.faults)


ICONS = {
    "list": "oi-view-list", "kanban": "oi-view-kanban", "calendar": "fa-calendar",
    "graph": "fa-area-chart", "pivot": "oi-view-pivot",
}  # fmt: skip
