"""What exists: making apps, Pages, numbers, tokens, posts and forms. One small world is there
from the start, with the ids of the sample payloads."""

import itertools
from datetime import timedelta

from ..clock import milliseconds
from .state import (
    App,
    Contact,
    Form,
    Number,
    Page,
    Post,
    Subscription,
    Template,
    Thread,
    Token,
    Visitor,
    Waba,
)

APP = "700000000000001"
PAGE = "104200000000001"
WABA = "290000000000001"
NUMBER = "310000000000001"
DIGITS = "213560000001"
SECRET = "fixture-app-secret"
PAGE_SCOPES = {
    "pages_messaging",
    "pages_manage_metadata",
    "pages_read_engagement",
    "pages_read_user_content",
    "pages_manage_engagement",
    "pages_manage_posts",
    "pages_show_list",
    "pages_utility_messaging",
    "pages_manage_ads",
    "leads_retrieval",
    "ads_management",
    "read_insights",
    "human_agent",
}
WHATSAPP_SCOPES = {"whatsapp_business_messaging", "whatsapp_business_management"}


class World:
    """Makes what exists; each method returns what it made."""

    def make_world(self):
        """An app, a Page with a post and a lead form, a WhatsApp number, tokens for all."""
        self.nodes, self.apps, self.tokens = {}, {}, {}
        self._counter = itertools.count(1)
        self.app = self.add_app(APP, SECRET)
        self.page = self.add_page(PAGE, "Briqueterie BTI")
        self.waba = self.add_waba(WABA, "Briqueterie BTI")
        self.number = self.add_number(self.waba, NUMBER, DIGITS)
        self.app_token = self.add_token(f"{APP}|{SECRET}", "app")
        self.page_token = self.add_token("page-token", "page", page=self.page)
        self.system_token = self.add_token("system-token", "system")
        self.user_token = self.add_token(
            "user-token", "user", expires_at=self.now + timedelta(days=60)
        )
        self.post = self.add_post(self.page, "Brique creuse 12 trous disponible.")
        self.form = self.add_form(
            self.page,
            "Demande de prix",
            [
                {"key": "full_name", "label": "Nom et prénom", "type": "FULL_NAME"},
                {"key": "phone_number", "label": "Téléphone", "type": "PHONE"},
                {"key": "wilaya", "label": "Wilaya", "type": "CUSTOM"},
                {
                    "key": "quel_produit_vous_intéresse_?",
                    "label": "Quel produit vous intéresse ?",
                    "type": "CUSTOM",
                },
            ],
        )

    def continue_ids(self, first):
        """Number from here on: what is made after a new start has ids that nothing had before.

        :param int first: the next number
        """
        self._counter = itertools.count(first)

    def next_id(self, prefix):
        """:return: an id of decimal digits that nothing else has"""
        return f"{prefix}{next(self._counter):0{16 - len(prefix)}}"

    def keep(self, node):
        """Make a node known by its id."""
        self.nodes[node.id] = node
        return node

    def next_mid(self):
        """:return: an id of a Messenger message"""
        return f"m_{milliseconds(self.now)}{next(self._counter):08}"

    def next_wamid(self):
        """:return: an id of a WhatsApp message"""
        return f"wamid.{milliseconds(self.now)}{next(self._counter):08}"

    # --- accounts ---------------------------------------------------------------------------------
    def add_app(self, app_id, secret, **values):
        """:rtype: App"""
        self.apps[app_id] = self.keep(App(app_id, secret, **values))
        return self.apps[app_id]

    def add_page(self, page_id, name):
        """:rtype: Page"""
        return self.keep(Page(page_id, name))

    def add_waba(self, waba_id, name):
        """:rtype: Waba"""
        return self.keep(Waba(waba_id, name))

    def add_number(self, waba, number_id, digits, **values):
        """:rtype: Number"""
        number = self.keep(Number(number_id, digits, waba, joined=self.now, **values))
        waba.numbers.append(number)
        return number

    def add_token(self, value, kind, app=None, scopes=None, **values):
        """A token, of all permissions unless ``scopes`` tells.

        :rtype: Token
        """
        scopes = PAGE_SCOPES | WHATSAPP_SCOPES if scopes is None else scopes
        self.tokens[value] = Token(value, app or self.app, kind, set(scopes), **values)
        return self.tokens[value]

    def kill_tokens(self, subcode=460):
        """All tokens but the app's die, as by a changed password (460)."""
        for token in self.tokens.values():
            if token.kind != "app":
                token.dead = subcode

    def subscribe(self, url, verify_token="verify-me", page_fields=None, waba_fields=None):
        """Subscribe app, Page and WABA at once, without the handshake; for tests that are about
        something else."""
        for kind, names in (
            ("page", page_fields or PAGE_FIELDS),
            ("whatsapp_business_account", waba_fields or WABA_FIELDS),
        ):
            self.app.subscriptions[kind] = Subscription(url, set(names), verify_token)
        self.page.subscribed[self.app.id] = set(page_fields or PAGE_FIELDS)
        self.waba.subscribed.add(self.app.id)

    # --- what stands there ------------------------------------------------------------------------
    def add_post(self, page, message, **values):
        """A post of the Page, or of a visitor on it.

        :rtype: Post
        """
        number = self.next_id("88")
        post = Post(f"{page.id}_{number}", page, self.now, message, **values)
        page.posts.insert(0, post)
        return self.keep(post)

    def add_form(self, page, name, questions):
        """:rtype: Form"""
        form = self.keep(Form(self.next_id("22"), page, name, questions))
        page.forms.append(form)
        return form

    def add_template(
        self, name, language="fr", body="", category="UTILITY", status="APPROVED", components=()
    ):
        """A text of the WABA; gaps as ``{{1}}`` or ``{{name}}``.

        :param components: what stands above and below, as the network has it
        :rtype: Template
        """
        components = [{"type": "BODY", "text": body}, *components]
        template = Template(
            self.next_id("15"), name, language, category, components, status, owner=self.waba
        )
        self.waba.templates[name, language] = self.keep(template)
        return template

    # --- people -----------------------------------------------------------------------------------
    def add_person(self, name="Amine Benkhaled", psid="", page=None):
        """Somebody on Messenger, as one Page knows him.

        :rtype: Thread
        """
        page = page or self.page
        thread = Thread(psid or self.next_id("61"), page, name)
        page.threads[thread.psid] = self.keep(thread)
        return thread

    def add_visitor(self, name="Nadia Merabet", **values):
        """Somebody who comments and fills in forms.

        :rtype: Visitor
        """
        return Visitor(self.next_id("54"), name, **values)

    def add_contact(self, name="Karim Ould Ali", wa_id="213661000101", number=None, **values):
        """Somebody on WhatsApp, as one number knows him.

        :rtype: Contact
        """
        user_id = values.pop("user_id", f"DZ.{self.next_id('11')}")
        contact = Contact(user_id, number or self.number, wa_id, name, **values)
        for key in (contact.wa_id, contact.user_id):
            if key:
                contact.number.contacts[key] = contact
        return contact


PAGE_FIELDS = {
    "messages",
    "messaging_postbacks",
    "message_deliveries",
    "message_reads",
    "message_reactions",
    "message_edits",
    "message_echoes",
    "messaging_referrals",
    "messaging_handovers",
    "message_template_status_update",
    "standby",
    "feed",
    "leadgen",
    "ratings",
    "mention",
}
WABA_FIELDS = {
    "messages",
    "message_template_status_update",
    "message_template_quality_update",
    "template_category_update",
    "smb_message_echoes",
    "smb_app_state_sync",
    "history",
    "user_preferences",
    "phone_number_quality_update",
    "account_update",
    "standby",
    "messaging_handovers",
}
