"""What is asked of WhatsApp about the account: numbers, templates, subscriptions."""

from ..base import FailureReason, PermanentError
from ..values import as_objects, read_id
from . import whatsapp_templates as templates

PHONE_FIELDS = (
    "display_phone_number", "verified_name", "name_status", "status", "quality_rating",
    "code_verification_status", "messaging_limit_tier", "throughput", "platform_type",
    "is_on_biz_app", "health_status",
)  # fmt: skip
ACCOUNT_FIELDS = ("id", "name", "currency", "owner_business_info", "account_review_status")
# permission: what is lost without it
PERMISSIONS = {
    "whatsapp_business_messaging": "conversations",
    "whatsapp_business_management": "numbers, approved texts, to be told what happens",
}
# What the app has to be told of all accounts.
WANTED_FIELDS = (
    "messages",
    "smb_message_echoes",
    "user_preferences",
    "message_template_status_update",
    "template_category_update",
    "account_update",
)
# What the phone app hands over on request (section 0).
APP_DATA = ("smb_app_state_sync", "history")
PIN_LENGTH = 6


class AccountCalls:
    """Part of ``WhatsAppGateway``; one call is one request."""

    # === TEMPLATES === #

    def list_templates(self, after=""):
        """Read some of the account's templates, of all languages.

        :param str after: as of the page before
        :rtype: TemplatePage
        """
        params = {"fields": ",".join(templates.FIELDS), "limit": str(templates.PAGE_SIZE)}
        if after:
            params["after"] = after
        return templates.read_page(self.graph.get(self._templates, params))

    def upload_sample(self, media):
        """Hand over a sample of the file above a template.

        :param Media media: with its content
        :return: the name by which ``whatsapp_templates.build_components`` shows it
        :rtype: str
        """
        return self.graph.upload_sample(media)

    def create_template(self, name, language, category, parameter_format, components):
        """Submit a template; its approval comes as a ``TEMPLATE`` event.

        :param str name: lower case letters, digits and underscores
        :param str language: "fr", "ar"
        :param str category: "utility", "marketing" or "authentication"
        :param parameter_format, components: of ``whatsapp_templates.build_components``
        :return: with id, status and the category that the network chose
        :rtype: Template
        """
        body = {
            "name": name,
            "language": language,
            "category": category.upper(),
            "parameter_format": parameter_format,
            "components": components,
        }
        return templates.read_template({**body, **self.graph.post(self._templates, body)})

    def edit_template(self, template_id, category, components):
        """Submit another wording of a template that is there; it waits for approval again.

        :param str template_id: of one language
        :param category, components: as of ``create_template``
        """
        body = {"category": category.upper(), "components": components}
        self.graph.post(template_id, body, repeatable=True)

    def delete_template(self, name, template_id=""):
        """:param str name: of the template, in all its languages
        :param str template_id: of one language, to delete this one only
        """
        params = {"name": name, **({"hsm_id": template_id} if template_id else {})}
        self.graph.delete(self._templates, params)

    @property
    def _templates(self):
        return f"{self.config.account_id}/{templates.PATH}"

    # === NUMBER AND ACCOUNT === #

    def get_phone_number(self):
        """Ask how the number is doing.

        :return: of ``PHONE_FIELDS`` those that the network tells, as it tells them
        :rtype: dict
        """
        return self.graph.get(self.config.external_id, {"fields": ",".join(PHONE_FIELDS)})

    def list_phone_numbers(self):
        """:return: the numbers of the account, each as of ``get_phone_number`` and with its ``id``
        :rtype: list[dict]
        """
        params = {"fields": ",".join(("id", *PHONE_FIELDS[:5]))}
        content = self.graph.get(f"{self.config.account_id}/phone_numbers", params)
        return as_objects(content.get("data"))

    def get_account(self):
        """Ask about the account; ``owner_business_info.id`` is the portfolio.

        :rtype: dict
        """
        return self.graph.get(self.config.account_id, {"fields": ",".join(ACCOUNT_FIELDS)})

    def register(self, pin):
        """Take the number into use; again is as good as once.

        :param str pin: 6 digits, of the two-step verification that this sets or confirms
        """
        if not (len(pin) == PIN_LENGTH and pin.isascii() and pin.isdecimal()):
            raise PermanentError("the PIN has 6 digits", reason=FailureReason.REFUSED)
        body = {"messaging_product": "whatsapp", "pin": pin}
        self.graph.post(f"{self.config.external_id}/register", body, (pin,), repeatable=True)

    def subscribe(self):
        """Have our app called for this account; which fields is a setting of the app."""
        self.graph.post(self._subscriptions, repeatable=True)

    def list_subscriptions(self):
        """:return: ids of the apps that are called for this account
        :rtype: list[str]
        """
        content = self.graph.get(self._subscriptions)
        apps = (one.get("whatsapp_business_api_data") for one in as_objects(content.get("data")))
        return [read_id(app.get("id")) for app in apps if isinstance(app, dict)]

    @property
    def _subscriptions(self):
        return f"{self.config.account_id}/subscribed_apps"

    def request_app_data(self, sync_type):
        """Ask the phone app for what it has, within 24 h of joining and once only; it comes as
        events of ``history`` and is for nobody's attention.

        :param str sync_type: one of ``APP_DATA``, contacts first
        :return: the network's number of the request
        :rtype: str
        """
        body = {"messaging_product": "whatsapp", "sync_type": sync_type}
        content = self.graph.post(f"{self.config.external_id}/smb_app_data", body)
        return read_id(content.get("request_id"))
