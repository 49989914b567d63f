"""What exists on this Graph, in memory. Ids are text; every object is a node with one."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

WINDOW = timedelta(hours=24)


@dataclass
class Subscription:
    """Where and of what an app wants to hear, per kind of object."""

    url: str
    fields: set
    verify_token: str = ""


@dataclass
class App:
    """An app of the business; ``require_proof``: "Require app secret" is switched on."""

    id: str
    secret: str
    name: str = "BTI e-CRM"
    require_proof: bool = False
    subscriptions: dict = field(default_factory=dict)  # {object: Subscription}


@dataclass
class Upload:
    """A place for a file that is shown to those who approve texts."""

    id: str
    app: App
    size: int
    mimetype: str
    content: bytes = b""


@dataclass
class Token:
    """Who may do what. ``dead``: subcode of error 190 with which it is refused."""

    value: str
    app: App
    kind: str  # "app", "page", "user" or "system"
    scopes: set = field(default_factory=set)
    targets: set = field(default_factory=set)  # ids of Pages, WABAs: empty, all
    page: "Page | None" = None
    expires_at: datetime | None = None
    data_access_expires_at: datetime | None = None
    dead: int = 0


@dataclass
class Thread:
    """One person's conversation with one Page. ``owner``: app that holds it, None: nobody."""

    psid: str
    page: "Page"
    name: str = ""
    last_inbound: datetime | None = None
    owner: str | None = None
    blocked: bool = False
    hidden_profile: bool = False
    read_until: datetime | None = None
    messages: list = field(default_factory=list)

    @property
    def id(self):
        """Its id as a node: the person's."""
        return self.psid


@dataclass
class Page:
    """A Page. ``subscribed``: {id of the app: fields}; ``restricted``: 10/1893063."""

    id: str
    name: str
    subscribed: dict = field(default_factory=dict)
    threads: dict = field(default_factory=dict)  # {psid: Thread}
    posts: list = field(default_factory=list)
    forms: list = field(default_factory=list)
    attachments: dict = field(default_factory=dict)  # {id: (type, size, url)}
    utility_templates: dict = field(default_factory=dict)  # {(name, language): Template}
    reviews: list = field(default_factory=list)
    follows: int = 4200
    restricted: bool = False


@dataclass
class Post:
    """A post; ``author`` None: the Page itself; ``app``: id of the app that made it."""

    id: str
    page: Page
    created: datetime
    message: str = ""
    link: str = ""
    kind: str = "status"
    author: "Visitor | None" = None
    app: str = ""
    published: bool = True
    scheduled: datetime | None = None
    media: list = field(default_factory=list)
    comments: list = field(default_factory=list)
    liked: bool = False
    replied: bool = False
    updated: datetime | None = None
    insights: dict = field(default_factory=dict)


@dataclass
class Comment:
    """A comment; ``author`` a Visitor, or a Page."""

    id: str
    post: Post
    author: object
    created: datetime
    message: str = ""
    parent: "Comment | None" = None
    hidden: bool = False
    liked: bool = False
    removed: bool = False
    replied: bool = False
    attachment: str = ""

    @property
    def by_page(self):
        """Whether a Page wrote it."""
        return isinstance(self.author, Page)


@dataclass
class Visitor:
    """Somebody on Facebook; ``psids``: {id of the Page: PSID} where he may be written to."""

    id: str
    name: str
    psids: dict = field(default_factory=dict)
    anonymous: bool = False


@dataclass
class Review:
    """A recommendation of the Page, or of the contrary."""

    id: str
    author: Visitor
    created: datetime
    text: str
    positive: bool = True


@dataclass
class Photo:
    """A photo or video of a Page."""

    id: str
    page: Page
    kind: str
    post: Post | None = None


@dataclass
class Form:
    """A lead form; questions: [{"key", "label", "type"}]."""

    id: str
    page: Page
    name: str
    questions: list
    leads: list = field(default_factory=list)
    status: str = "ACTIVE"


@dataclass
class Lead:
    """A filled in form; ``readable``: not before."""

    id: str
    form: Form
    created: datetime
    answers: dict
    readable: datetime
    ad_id: str = ""
    platform: str = "fb"


@dataclass
class Template:
    """An approved, or not yet approved, text."""

    id: str
    name: str
    language: str
    category: str
    components: list
    status: str = "PENDING"
    reason: str = "NONE"
    owner: object = None  # Page or WABA


@dataclass
class Media:
    """A file of a WhatsApp number."""

    id: str
    number: "Number"
    content: bytes
    mimetype: str
    created: datetime
    lives: timedelta
    filename: str = ""


@dataclass
class Number:
    """A phone number of a WABA. ``shared``: with the phone app (coexistence)."""

    id: str
    digits: str
    waba: "Waba"
    verified_name: str = "Briqueterie BTI"
    quality: str = "GREEN"
    shared: bool = False
    joined: datetime | None = None
    free_messages: int = 1000  # service messages of this month that cost nothing
    contacts: dict = field(default_factory=dict)  # {wa_id or user_id: Contact}
    media: dict = field(default_factory=dict)
    messages: dict = field(default_factory=dict)  # {wamid: dict} both ways
    paces: dict = field(default_factory=dict)
    past: list = field(default_factory=list)  # what the phone knows from before


@dataclass
class Waba:
    """A WhatsApp Business account."""

    id: str
    name: str
    numbers: list = field(default_factory=list)
    templates: dict = field(default_factory=dict)  # {(name, language): Template}
    subscribed: set = field(default_factory=set)  # ids of apps


@dataclass
class Contact:
    """A person on WhatsApp as one number knows him. ``wa_id`` empty: a username hides it."""

    user_id: str
    number: Number
    wa_id: str = ""
    name: str = ""
    username: str = ""
    last_inbound: datetime | None = None
    blocked: bool = False
    on_whatsapp: bool = True
    no_marketing: bool = False
    agent_holds: bool = False


def is_open(last_inbound, now, window=WINDOW):
    """:return: whether the person's last action is recent enough"""
    return bool(last_inbound) and now - last_inbound <= window
