"""A person at a screen: Playwright's page with the gestures that Odoo's screens need.

Elements are found by their technical names, so that the tests hold in every language. Odoo keeps a
websocket open: nothing here waits for a silent network.
"""

import re
from datetime import datetime, timedelta

from language import READ, find_slips
from playwright.sync_api import expect

from tests.conftest import PATIENCE

expect.set_options(timeout=PATIENCE * 1000)

DESKTOP = {"viewport": {"width": 1440, "height": 900}}
PHONE = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
}
# The distribution's package of Odoo lacks this file of the video calls.
IGNORED = re.compile(r"mail/static/lib/selfie_segmentation|selfie_segmentation\.js")
# What Chromium says of an answer that a test asks for on purpose.
REFUSED_PAGE = re.compile(r"Failed to load resource: the server responded with a status of 404")

# A list, board or chart that has its records, or says that there are none.
FILLED = (
    ".o_action_manager :is(.o_data_row, .o_kanban_record:not(.o_kanban_ghost), .o_view_nocontent,"
    " .o_pivot, .o_graph_renderer canvas)"
)
# Nothing is being loaded: fonts, answers of the server, the chatter.
LOADING = ".o_loading_indicator, .o-mail-Chatter .fa-spin, .o_portal_docs .spinner-border"
SETTLED = f"document.fonts.status === 'loaded' && !document.querySelector('{LOADING}')"

# Odoo has asked what it asks after a gesture, and has drawn what it was answered.
NEXT_FRAMES = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"

# Texts of some elements that do not show as a whole: hidden, ellipsized, or pushed out of a box
# that scrolls. A box with an ellipsis ends where its padding begins.
CUT = """
(elements) => {
    const edges = (box) => {
        const style = getComputedStyle(box);
        if (style.overflowX === "visible") return null;
        const { left, right } = box.getBoundingClientRect();
        const inner = style.textOverflow === "ellipsis" ? 1 : 0;
        return [left + inner * parseFloat(style.paddingLeft),
                right - inner * parseFloat(style.paddingRight)];
    };
    const cutBy = (rect, node, most) => {
        let over = Math.max(rect.right - innerWidth, -rect.left);
        for (let box = node; box && box !== document.body; box = box.parentElement) {
            const [left, right] = edges(box) || [rect.left, rect.right];
            over = Math.max(over, rect.right - right, left - rect.left);
        }
        return over > most;
    };
    const found = [];
    for (const element of elements) {
        const texts = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
        let cut = [...element.querySelectorAll("input")].some(
            (input) => input.scrollWidth > input.clientWidth + 1);
        while (texts.nextNode()) {
            if (!texts.currentNode.data.trim()) continue;
            const range = document.createRange();
            range.selectNodeContents(texts.currentNode);
            const rect = range.getBoundingClientRect();
            cut ||= rect.width > 0 && cutBy(rect, texts.currentNode.parentElement, 1);
        }
        if (cut) found.push(element.innerText.trim());
    }
    return found;
}
"""


class Screen:
    """One person's browser window, and what went wrong in it."""

    def __init__(self, context, base_url, artefacts):
        self.context, self.base_url, self.artefacts = context, base_url, artefacts
        self.problems = []
        context.on("weberror", lambda error: self._note(f"page error: {error.error}"))
        context.on("console", self._console)
        # questions of forms that are still to be answered: until then a row may be drawn anew
        self.onchanges = set()
        context.on("request", self._begin)
        context.on("requestfinished", self._end)
        context.on("requestfailed", self._end)
        self.page = context.new_page()
        self.page.set_default_timeout(PATIENCE * 1000)

    def _console(self, message):
        if message.type == "error":
            self._note(f"{message.text} ({message.location.get('url', '')})")

    def _begin(self, request):
        if request.url.endswith("/onchange"):
            self.onchanges.add(request)

    def _end(self, request):
        self.onchanges.discard(request)

    def _note(self, text):
        if not IGNORED.search(text):
            self.problems.append(text)

    def check(self):
        """Fail on any error of a page or of its scripts."""
        assert not self.problems, "\n".join(self.problems)

    def forget_refused_page(self):
        """The test asked for a page that does not exist: Chromium's word about it is no fault."""
        self.problems = [text for text in self.problems if not REFUSED_PAGE.search(text)]

    # --- going somewhere --------------------------------------------------------------------------
    def go(self, path):
        """Open an address of the server."""
        return self.page.goto(
            path if path.startswith("http") else self.base_url + path,
            wait_until="domcontentloaded",
        )

    def login(self, login, landing="/odoo"):
        """Log in through the form; the demo people's password is their login."""
        self.go(f"/web/login?redirect={landing}")
        self.page.fill("input[name=login]", login)
        self.page.fill("input[name=password]", login)
        self.page.click(".oe_login_form button[type=submit]")
        if landing.startswith("/odoo"):
            self.page.wait_for_selector(".o_main_navbar")
        return self

    def open(self, path, waiting_for=".o_action_manager .o_view_controller"):
        """Open an Odoo action by its address, and wait for its view."""
        self.go(path)
        self.page.wait_for_selector(waiting_for)

    def app(self, xmlid):
        """Choose an app in the menu of apps."""
        self.page.click(".o_navbar_apps_menu button")
        self.page.click(f'.o-dropdown--menu [data-menu-xmlid="{xmlid}"]')

    def menu(self, *xmlids):
        """Choose an entry of the app's menu: its top entry, then the one inside."""
        for xmlid in xmlids:
            self.page.click(f'[data-menu-xmlid="{xmlid}"]')

    def wait_view(self, kind):
        """Wait for a list, kanban or form in the main part of the screen."""
        self.page.wait_for_selector(f".o_action_manager .o_{kind}_view")
        if kind != "form":
            self.page.locator(FILLED).first.wait_for()

    # --- forms ------------------------------------------------------------------------------------
    @property
    def dialog(self):
        """The dialog on top."""
        return self.page.locator(".modal:not(.o_inactive_modal) .modal-content").last

    @property
    def form(self):
        """The form that has the hand: in the dialog on top, else in the page."""
        if self.page.locator(".modal .o_form_view").count():
            return self.dialog
        return self.page.locator(".o_action_manager .o_form_view").first

    def field(self, name, within=None):
        """A field's widget."""
        return (within or self.form).locator(f".o_field_widget[name={name}]").first

    def value(self, name, within=None):
        """What a field shows."""
        widget = self.field(name, within)
        box = widget.locator("input:not([type=checkbox]), textarea")
        return box.first.input_value() if box.count() else widget.inner_text().strip()

    def fill(self, name, value, within=None, leave=True):
        """Type into a field, and leave it; the last field of a line would open the next one."""
        box = self.field(name, within).locator("input, textarea").first
        box.click()
        box.fill(str(value))
        if leave:
            box.press("Tab")

    def choose(self, name, text, within=None):
        """Choose a record in a field by typing a part of its name."""
        box = self.field(name, within).locator("input").first
        box.click()
        with proposals(self.page, text):
            box.fill(text)
        option = self.page.locator(
            ".o-autocomplete--dropdown-item:not(.o_m2o_dropdown_option)", has_text=text
        ).first
        option.click()
        expect(self.page.locator(".o-autocomplete--dropdown-menu")).to_have_count(0)
        self.wait_onchange()

    def wait_onchange(self):
        """Wait until the form has its answers: what is typed while a row is drawn anew is lost."""
        self.page.evaluate(NEXT_FRAMES)
        while self.onchanges:
            self.page.evaluate(NEXT_FRAMES)

    def select(self, name, index, within=None):
        """Choose the value of a selection by its place in the list."""
        self.field(name, within).locator("input").first.click()
        self.page.click(f".o_field_selection_menu [data-choice-index='{index}']")

    def add_line(self, name, within=None):
        """Begin a new line of a list in the form; returns its row."""
        lines = self.field(name, within)
        count = lines.locator(".o_data_row").count()
        lines.locator(".o_field_x2many_list_row_add a").first.click()
        expect(lines.locator(".o_data_row")).to_have_count(count + 1)
        expect(lines.locator(".o_data_row").nth(count)).to_contain_class("o_selected_row")
        return lines.locator(".o_selected_row")

    def button(self, name, within=None):
        """A button by the name of what it does."""
        return (within or self.page).locator(f"button[name={name}]:visible").first

    def save(self):
        """Save the form by its button."""
        button = self.page.locator(".o_form_button_save:visible")
        button.click()
        expect(self.page.locator(".o_form_status_indicator_buttons.invisible")).to_have_count(1)

    # --- looking ----------------------------------------------------------------------------------
    def shot(self, name, full_page=False):
        """Keep a picture of the screen."""
        self.page.mouse.move(1, 1)
        self.page.wait_for_function(SETTLED)
        self.page.screenshot(
            path=self.artefacts / f"{name}.png", full_page=full_page, animations="disabled"
        )

    def assert_whole(self, *columns, within=".o_action_manager .o_list_renderer"):
        """Fail when a title, value or sum of some columns of a list is cut or out of sight.

        :param columns: names of fields; each must be there with a value
        :param within: selector of the list
        """
        self.page.wait_for_function(SETTLED)
        for name in columns:
            self.assert_cells_whole(f"{within} tbody td[name='{name}']")
            self.assert_cells_whole(f"{within} thead th[data-name='{name}']")
        sums = self.page.locator(f"{within} tfoot td")
        if sums.count():
            self.assert_cells_whole(f"{within} tfoot td")

    def assert_cells_whole(self, selector):
        """Fail when the text of an element is cut or out of sight, or when there is none."""
        cells = self.page.locator(selector)
        assert cells.count(), f"{self.page.url} has no {selector}"
        cut = cells.evaluate_all(CUT)
        assert not cut, f"cut on {self.page.url} in {selector}: {cut}"

    def assert_in_language(self, lang, within="body", ignore=()):
        """Fail when something on the screen is not written as its reader writes.

        :param lang: ``fr_FR`` or ``ar_001``: no English, figures and dates as in Algeria
        :param within: selector of the part that is read
        :param ignore: patterns of data that look like English
        """
        self.page.wait_for_function(SETTLED)
        read = self.page.locator(within).last.evaluate(READ)
        assert read, f"{self.page.url} shows nothing in {within}"
        slips = find_slips(read, lang, ignore)
        assert not slips, "\n".join([f"{lang} on {self.page.url}:", *slips])

    def expect_no_sideways_scrolling(self):
        """The page is not wider than the screen."""
        wide = self.page.evaluate(
            "document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth"
        )
        assert wide <= 0, f"the page is {wide} px wider than the screen"


def proposals(page, text):
    """A context in which ``text`` is typed into a field of records; ends when they are proposed.

    The field proposes records as soon as it is entered, and again some time after the typing: what
    is taken from the first list in between opens the second one.
    """
    return page.expect_response(
        lambda reply: (
            reply.url.endswith("web_name_search")
            and reply.request.post_data_json["params"]["kwargs"].get("name") == text
        )
    )


def in_days(days):
    """A date some days from now, as a French screen shows it."""
    return (datetime.now() + timedelta(days=days)).strftime("%d/%m/%Y")
