"""The people of the demo story and the first things to click: told at the end of ./bti run."""

# login (its password is the same word), who that is
DEMO = (
    ("rep", "sales representative"),
    ("dispatcher", "plans trucks and trips"),
    ("driver", "sees his own trips"),
    ("accounting", "invoices what was delivered, receives payments"),
    ("admin", "administrator, changes everything in Settings"),
    ("client", "a builder, in the client portal"),
)
PLAIN = (("admin", "administrator"),)

FIRST_CLICKS = (
    "rep: CRM → open an enquiry → its needs → New Quotation → Print → Pro-forma",
    "client: My account → Quotations → read it, sign it",
    "dispatcher: Inventory → Deliveries → put it on a trip → move it on, stage by stage",
    "accounting: Invoicing → Customers → Delivered, to Invoice → create, post, pay",
    "admin: Messaging → Messages: the SMS that the client would have received",
)
PLAY = (
    "rep: Messaging → Conversations → answer what you write as the client on the page {play}\n"
    "     (SMS, Messenger, WhatsApp, Viber, a comment under a post: nothing leaves this machine)"
)


def welcome(url, database, demo, play=""):
    """Lines printed once the server answers.

    :param str play: address of the page "play the client", if it runs
    """
    lines = [
        "",
        f"BTI e-CRM runs at {url}   (database {database})",
        "",
        "Log in as (the password is the same word):",
    ]
    lines += [f"  {login:<11} {who}" for login, who in (DEMO if demo else PLAIN)]
    if demo:
        lines += ["", "What to click first:"]
        clicks = [*FIRST_CLICKS, *([PLAY.format(play=play)] if play else [])]
        lines += [f"  {number}. {text}" for number, text in enumerate(clicks, 1)]
    return "\n".join(lines)
