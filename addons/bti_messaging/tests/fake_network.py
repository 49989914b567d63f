"""What Meta and Viber answer to whoever connects."""

from urllib.parse import parse_qs

from ..gateways.meta import page_connection, whatsapp_calls
from .network_common import BUSINESS, NUMBER, PAGE, FakeGraph

APP = "700000000000001"
PORTFOLIO = "260000000000001"
BOT = "pa:75346594275468546724"


class FakeNetwork(FakeGraph):
    """``tokens`` are {token: what debug_token tells}; ``apps`` what the app is told, by object;
    ``told`` the Pages and accounts that tell our app; ``refused`` beginnings of paths, with what is
    answered there."""

    def __init__(self):
        super().__init__()
        self.webhook = ""
        self.tokens = {
            "person": self.describe(
                "USER", page_connection.PERMISSIONS, {"pages_messaging": [PAGE]}
            ),
            "t0ken": self.describe("PAGE", page_connection.PERMISSIONS),
            "system": self.describe(
                "SYSTEM_USER",
                whatsapp_calls.PERMISSIONS,
                {"whatsapp_business_management": [BUSINESS]},
            ),
        }
        self.fields = {
            "page": list(page_connection.WANTED_FIELDS),
            "whatsapp_business_account": list(whatsapp_calls.WANTED_FIELDS),
        }
        self.told = set()
        self.refused = {}
        self.headers = {}
        self.bot_webhook = ""
        self.asked = []

    @staticmethod
    def describe(kind, scopes, targets=None, **values):
        return {
            "app_id": APP,
            "type": kind,
            "is_valid": True,
            "expires_at": 0,
            "scopes": list(scopes),
            "granular_scopes": [
                {"scope": name, "target_ids": ids} for name, ids in (targets or {}).items()
            ],
            **values,
        }

    def handle(self, method, path, headers, body):
        name = path.partition("?")[0].removeprefix("/v26.0/").removeprefix("/")
        self.asked.append((method, name))
        for beginning, answer in self.refused.items():
            if name.startswith(beginning):
                return answer
        if name == "debug_token":
            token = parse_qs(body.decode()).get("input_token", [""])[0]
            gone = {"is_valid": False, "error": {"message": "Session has expired", "code": 190}}
            return 200, {"data": self.tokens.get(token, gone)}
        if name.endswith("/subscribed_apps"):
            return self.answer_subscribed(method, name.partition("/")[0])
        answer = self.answer_reading(name)
        if answer is not None:
            return 200, answer
        status, content = super().handle(method, path, headers, body)
        return status, content, self.headers

    def answer_reading(self, name):
        page = {"id": PAGE, "name": "BTI Briques", "access_token": "t0ken"}
        number = {
            "id": NUMBER,
            "display_phone_number": "+213 661 00 00 01",
            "verified_name": "BTI",
        }
        return {
            f"{APP}/subscriptions": {
                "data": [
                    {
                        "object": kind,
                        "callback_url": self.webhook,
                        "active": True,
                        "fields": [{"name": field} for field in names],
                    }
                    for kind, names in self.fields.items()
                    if self.webhook
                ]
            },
            "me/accounts": {"data": [page]},
            "me": page,
            PAGE: page,
            BUSINESS: {"id": BUSINESS, "owner_business_info": {"id": PORTFOLIO, "name": "BTI"}},
            f"{BUSINESS}/phone_numbers": {"data": [number]},
            f"{NUMBER}/register": {"success": True},
            "pa/get_account_info": {
                "status": 0,
                "id": BOT,
                "name": "Briqueterie BTI",
                "webhook": self.bot_webhook,
            },
            "pa/set_webhook": {"status": 0, "event_types": ["delivered"]},
        }.get(name)

    def answer_subscribed(self, method, owner):
        if method == "POST":
            self.told.add(owner)
            return 200, {"success": True}
        if owner not in self.told:
            return 200, {"data": []}
        return 200, {
            "data": [
                {
                    "id": APP,
                    "subscribed_fields": self.fields["page"],
                    "whatsapp_business_api_data": {"id": APP},
                }
            ]
        }
