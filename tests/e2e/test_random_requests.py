"""Requests of a stranger who tries anything: none of them breaks the server.

The same each time: a fixed seed. 5,000 in every test run, the first ones of the 20,000 that
``BTI_CHAOS=full`` sends. In processes of their own, for a thread of this one would be slower than
the server.
"""

import http.client
import json
import os
import random
from concurrent.futures import ProcessPoolExecutor
from urllib.parse import quote_from_bytes, urlsplit

SEED = 20_260_101
REQUESTS = 20_000 if os.environ.get("BTI_CHAOS") == "full" else 5_000
CLIENTS = 4  # processes, each with one connection
# {w}: anything, {i}: a number or anything. As far as strangers can reach them; pages that only
# redirect to the login are in as well, for they are matched and rendered too.
PAGES = (
    "/{w}", "/{w}/{w}", "/web/{w}", "/odoo/{w}", "/my/{w}", "/my/{w}/{i}",
    "/t/{w}", "/t/{w}?lang={w}",
    "/m/{w}", "/m/{w}?lang={w}&saved={w}", "/m/c/{w}", "/m/c/{w}?lang={w}&answer={w}",
    "/bti/webhook/{w}", "/bti/webhook/{w}?ref={w}&sig={w}&type={i}",
    "/my/orders/{i}", "/my/orders/{i}?access_token={w}", "/my/orders?page={i}&sortby={w}",
    "/my/orders/{i}?access_token={w}&report_type={w}&download={w}",
    "/my/orders/{i}/document/{i}?access_token={w}",
    "/my/orders/{i}/decline", "/my/quotes?page={i}&sortby={w}",
    "/my/invoices/{i}?access_token={w}", "/my/invoices/{i}?report_type={w}",
    "/my/pallets", "/my/pallets/{i}?access_token={w}&download={w}",
    "/my/prices?wilaya={w}", "/my/prices/pdf?wilaya={i}", "/my/bonus/{i}/pdf",
    "/my/picking/pdf/{i}?access_token={w}", "/my/address?partner_id={i}&address_type={w}",
    "/my/preferences", "/bti/prices/template.xlsx?pricelist_id={i}",
    "/chat/{i}/{w}", "/chat/{w}", "/meet/{w}", "/meet/{w}/{w}", "/discuss/channel/{i}",
    "/r/{w}", "/r/{w}/s/{i}", "/r/{w}/m/{i}",
    "/survey/start/{w}", "/survey/start/{w}?answer_token={w}&email={w}", "/survey/{w}/{w}",
    "/survey/print/{w}?answer_token={w}", "/survey/{i}/get_certification_preview",
    "/web/login?login={w}&redirect={w}", "/web/reset_password?token={w}", "/web/signup?token={w}",
    "/web/content/{i}", "/web/content/{i}/{w}?access_token={w}", "/web/content/{w}/{i}/{w}",
    "/web/image/{i}", "/web/image/{w}/{i}/{w}", "/web/image?model={w}&id={i}&field={w}",
    "/web/image/res.partner/{i}/avatar_128?unique={w}", "/web/assets/{w}/{w}", "/web/binary/{w}",
    "/web/bundle/{w}", "/web/hook/{w}", "/logo.png?company={i}",
    "/report/barcode/{w}/{w}", "/report/barcode?barcode_type={w}&value={w}&width={i}",
    "/mail/view?model={w}&res_id={i}&access_token={w}&hash={w}", "/mail/message/{i}",
    "/mail/unfollow?model={w}&res_id={i}&pid={i}&token={w}", "/mail/track/{i}/{w}/blank.gif",
    "/mailing/{i}/unsubscribe?document_id={i}&email={w}&hash_token={w}",
    "/mailing/{i}/view?document_id={i}&email={w}&hash_token={w}", "/mailing/my",
    "/mailing/confirm_unsubscribe?mailing_id={i}&hash_token={w}", "/sms/{i}/{w}",
    "/sms/{i}/unsubscribe/{w}?sms_number={w}", "/rate/{w}/{i}", "/rate/{w}/submit_feedback",
    "/payment/pay?reference={w}&amount={w}&access_token={w}&partner_id={i}&currency_id={i}",
    "/payment/confirmation?tx_id={i}&access_token={w}", "/payment/status",
    "/im_livechat/support/{i}", "/im_livechat/loader/{i}", "/im_livechat/assets_embed.{w}",
    "/calendar/view?token={w}&action={w}&id={i}", "/calendar/join_videocall/{w}",
    "/calendar/meeting/accept?token={w}&id={i}", "/digest/{i}/unsubscribe?token={w}&user_id={i}",
    "/website/translations?mods={w}", "/web/webclient/translations/{w}?lang={w}&mods={w}",
    "/mail/avatar/mail.message/{i}/author_avatar/{w}", "/json/{w}/{w}", "/doc/{w}",
    "/product/catalog/{w}", "/my/counters", "/my/security", "/websocket", "/websocket/health",
)  # fmt: skip
CALLS = (
    "/my/orders/{i}/accept", "/my/orders/{i}/update_line_dict", "/my/orders/{i}/transaction",
    "/im_livechat/get_session", "/mail/data", "/mail/action", "/mail/message/post",
    "/mail/attachment/delete", "/portal/chatter_init", "/mail/chatter_fetch",
    "/survey/submit/{w}/{w}", "/survey/begin/{w}/{w}", "/survey/next_question/{w}/{w}",
    "/mailing/list/update", "/mailing/feedback", "/my/counters", "/payment/transaction",
    "/web/session/authenticate", "/web/dataset/call_kw", "/web/action/load", "/{w}",
)  # fmt: skip
NUMBERS = (b"0", b"1", b"2", b"7", b"-1", b"999999999999999999999", b"2147483648", b"1e9", b"1.5")
SNIPPETS = (
    b"\x00", b"a\x00b", "é".encode(), "مرحبا".encode(), "😀".encode(), b"\xff\xfe", b"\xed\xa0\x80",
    b"'", b'"', b"<script>", b"%", b"..", b"../../etc/passwd", b"{{7*7}}", b"${x}", b"\r\nX: y",
    b" ", b"", b"null", b"True", b"[]", b"{}", b"()", b";", b"|", b"a" * 2000, b"\\", b"\x7f\x01",
    "٣٤".encode(), b"sale.order", b"res.users", b"ir.attachment", b"id", b"name", b"image_128",
    b"pdf", b"en_US", b"fr_FR", b"EAN13", b"QR", b"js", b"css",
)  # fmt: skip
NAMES = (
    "access_token", "name", "signature", "line_id", "input_quantity", "channel_id", "thread_id",
    "thread_model", "token", "hash", "fetch_params", "post_data",
)  # fmt: skip
LETTERS = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-"


def _word(rng):
    chance = rng.random()
    if chance < 0.45:
        return rng.choice(SNIPPETS)
    if chance < 0.85:
        return bytes(rng.choices(LETTERS, k=rng.randint(1, 40)))
    return rng.randbytes(rng.randint(1, 12))


def _fill(rng, page):
    while "{" in page:
        kind = page[page.index("{") + 1]
        word = rng.choice(NUMBERS) if kind == "i" and rng.random() < 0.7 else _word(rng)
        page = page.replace(f"{{{kind}}}", quote_from_bytes(word, safe=""), 1)
    return page


def _value(rng):
    return rng.choice([
        None, True, -4, 0, 1, 10**30, 1.5, "", "abc", "é", "a\x00b", "####", [], [[]], [1, "x"],
        {}, {"a": {"b": None}}, "\ud800", _word(rng).decode("latin-1"),
    ])  # fmt: skip


def make_request(rng):
    """One request.

    :return: method, address, body, headers
    """
    if rng.random() < 0.25:
        params = {name: _value(rng) for name in rng.sample(NAMES, rng.randint(0, 5))}
        body = json.dumps({"jsonrpc": "2.0", "method": "call", "params": params})
        if rng.random() < 0.1:
            body = rng.choice(["", "{", "[]", "null", '"x"', body[:-3], '{"params": []}'])
        headers = {"Content-Type": "application/json"}
        return "POST", _fill(rng, rng.choice(CALLS)), body.encode("utf-8", "replace"), headers
    method = rng.choices(("GET", "HEAD", "POST", "OPTIONS", "PUT"), (66, 4, 10, 15, 5))[0]
    body, headers = None, {}
    if method in ("POST", "OPTIONS", "PUT"):
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        body = _fill(rng, "stop={w}&choice={w}&{w}={w}&csrf_token={w}").encode()
    return method, _fill(rng, rng.choice(PAGES)), body, headers


def ask(base_url, seed, count):
    """Send a number of requests.

    :return: those that the server failed at: (status or error, method, address, body)
    """
    rng = random.Random(seed)
    where = urlsplit(base_url)
    connection = http.client.HTTPConnection(where.hostname, where.port, timeout=60)
    failed = []
    for _number in range(count):
        request = make_request(rng)
        try:
            status = _send(connection, *request)
        except (http.client.HTTPException, OSError):
            connection.close()  # a worker that is renewed closes its connections
            try:
                status = _send(connection, *request)
            except (http.client.HTTPException, OSError) as error:
                connection.close()
                status = repr(error)
        if isinstance(status, str) or status >= 500:
            failed.append((status, *request[:3]))
    return failed


def _send(connection, method, address, body, headers):
    connection.request(method, address, body, headers)
    answer = connection.getresponse()
    answer.read()
    return answer.status


def test_nothing_that_a_stranger_sends_breaks_the_server(server):
    with server.provoked("random_requests"), ProcessPoolExecutor(CLIENTS) as pool:
        runs = [
            pool.submit(ask, server.base_url, SEED + client, REQUESTS // CLIENTS)
            for client in range(CLIENTS)
        ]
        failed = [failure for run in runs for failure in run.result()]
    assert not failed, f"{len(failed)} of {REQUESTS}, the first: {failed[:20]}"
