"""From an enquiry to the delivery report: every person does his part, nothing is faked."""

import re
from datetime import date, timedelta

import pytest
from journey import SIGNATURE, wait_for


@pytest.fixture(scope="module")
def story(office):
    """What the steps below leave for the next ones."""
    return {"number": office.number(), "office": office}


def quote(office, number):
    """The rep writes the enquiry down and makes the quotation of it; returns the order's id."""
    rep = office.people["rep"]
    lead_id = rep.call(
        "crm.lead", "create",
        {
            "name": "Villa à Azazga", "contact_name": "Karim Ould Ali", "phone": number,
            "lang_id": office.admin.call("res.lang", "search", [("code", "=", "fr_FR")])[0],
            "source_id": office.ref("bti_crm.source_phone"),
            "site_street": "Lotissement Tala, lot 8",
            "site_city_id": office.ref("bti_crm.city_dz_1518"),
            "site_state_id": office.ref("bti_crm.state_dz_15"),
            "need_ids": [
                (0, 0, {
                    "product_id": office.b8, "delivery_form": "pallet", "pieces": 12 * 253,
                    "wanted_date": (date.today() + timedelta(days=5)).isoformat(),
                }),
                (0, 0, {"product_id": office.b8, "delivery_form": "mixed", "pieces": 300}),
            ],
        },
    )  # fmt: skip
    action = rep.call("crm.lead", "action_quote_needs", [lead_id])
    assert action["res_model"] == "sale.order"
    return action["res_id"]


def test_rep_makes_the_quotation_of_an_enquiry(story):
    office, rep = story["office"], story["office"].people["rep"]
    story["order_id"] = order_id = quote(office, story["number"])
    order = rep.call(
        "sale.order", "read", [order_id],
        ["total_pieces", "total_pallets", "truck_count", "state", "partner_id", "name"],
    )[0]  # fmt: skip
    assert (order["total_pieces"], order["total_pallets"]) == (12 * 253 + 300, 13)
    assert order["truck_count"] == 1
    assert order["state"] == "draft"
    story.update(name=order["name"], partner_id=order["partner_id"][0])
    rep.call("sale.order", "action_quotation_sent", [order_id])


def test_client_signs_in_the_portal(story, visitor):
    rep, order_id = story["office"].people["rep"], story["order_id"]
    path = rep.call("sale.order", "get_portal_url", [order_id])
    page = visitor.get(path)
    assert page.status == 200
    assert story["name"] in page.text
    token = re.search(r"access_token=([\w-]+)", path)[1]
    refused = visitor.post_json(
        f"/my/orders/{order_id}/accept",
        access_token="0" * len(token), name="Somebody", signature=SIGNATURE,
    )  # fmt: skip
    assert "error" in refused
    signed = visitor.post_json(
        f"/my/orders/{order_id}/accept",
        access_token=token, name="Karim Ould Ali", signature=SIGNATURE,
    )  # fmt: skip
    assert "error" not in signed, signed
    order = rep.call("sale.order", "read", [order_id], ["state", "signed_by", "picking_ids"])[0]
    assert (order["state"], order["signed_by"]) == ("sale", "Karim Ould Ali")
    story["picking_id"] = order["picking_ids"][0]


def test_dispatcher_puts_the_load_on_a_trip(story):
    office, dispatcher = story["office"], story["office"].people["dispatcher"]
    action = dispatcher.call("stock.picking", "action_plan_loads", [story["picking_id"]])
    plan_id = dispatcher.call(
        "bti.plan.loads", "create", {"truck_category_id": office.truck_kind_id},
        context=action["context"],
    )  # fmt: skip
    plan = dispatcher.call("bti.plan.loads", "read", [plan_id], ["line_ids"])[0]
    (line_id,) = plan["line_ids"]
    dispatcher.call("bti.plan.loads.line", "write", [line_id], {"vehicle_id": office.truck_id})
    dispatcher.call("bti.plan.loads", "action_apply", [plan_id])
    picking = dispatcher.call(
        "stock.picking", "read", [story["picking_id"]],
        ["batch_id", "stage_id", "truck_plate", "total_pallets"],
    )[0]  # fmt: skip
    assert picking["truck_plate"] == "01234-115-15"
    assert picking["stage_id"][0] == office.ref("bti_sales.stage_planned")
    story["trip_id"] = picking["batch_id"][0]


def test_client_is_told_that_the_truck_has_left(story, smsc):
    office, dispatcher = story["office"], story["office"].people["dispatcher"]
    smsc.hold()
    for stage in ("stage_loading", "stage_left"):
        dispatcher.call(
            "stock.picking.batch", "action_next_stage", [story["trip_id"]],
            context={"target_stage_id": office.ref(f"bti_sales.{stage}")},
        )  # fmt: skip
    message = office.message(story["picking_id"])
    assert message["number"] == story["number"]
    sms = wait_for(lambda: smsc.messages(story["number"]), "the SMS at the operator")[0]
    story["link"] = re.search(r"http://\S+/t/[\w-]+", sms.text)[0]
    assert sms.text == message["body"]
    assert sms.sender == "3000"
    assert sms.coding == 0 and message["encoding"] == "gsm7"
    assert sms.parts == message["parts"]
    assert story["name"] in sms.text and "01234-115-15" in sms.text
    assert "commande" in sms.text, "not in the client's language"


def test_delivery_report_moves_the_message_and_the_chatter(story, smsc):
    office = story["office"]
    office.wait_for_state(story["picking_id"], "sent")
    assert office.notification(story["picking_id"])["notification_status"] == "pending"
    smsc.release()
    office.wait_for_state(story["picking_id"], "delivered")
    assert office.notification(story["picking_id"])["notification_status"] == "sent"
    assert len(smsc.messages(story["number"])) == 1
    partner_id = office.message(story["picking_id"])["partner_id"][0]
    notes = office.admin.call(
        "mail.message", "search_count",
        [("model", "=", "res.partner"), ("res_id", "=", partner_id),
         ("body", "ilike", story["link"])],
    )  # fmt: skip
    assert notes == 1, "the chatter of who was told shows the SMS"


def test_link_of_the_sms_shows_the_delivery(story, visitor):
    page = visitor.get(story["link"])
    assert page.status == 200
    for shown in (story["name"], "12", "253", "01234-115-15", "Idir"):
        assert shown in page.text
    assert "Hamdani" not in page.text, "the driver's family name is nobody's business"
    assert 'lang="fr' in page.text
    assert "no-store" in page.headers["Cache-Control"]
    assert not visitor.cookies, "a page without login leaves no cookie"


@pytest.mark.parametrize("alter", [
    lambda link: link[:-1] + ("A" if link[-1] != "A" else "B"),
    lambda link: link[:-3],
    lambda link: re.sub(r"/t/.*", "/t/AAAAAAAAAAAAAAAAAAAAAA", link),
    lambda link: re.sub(r"/t/.*", "/t/1", link),
], ids=["altered", "cut", "invented", "number"])  # fmt: skip
def test_wrong_link_shows_nothing(story, visitor, alter):
    page = visitor.get(alter(story["link"]))
    assert page.status == 404
    assert story["name"] not in page.text
    assert "o_bti_tracking" in page.text, "in the site's style"


def test_arabic_client_is_told_in_arabic(office, smsc, visitor):
    number = office.number()
    picking_id = office.make_delivery(office.make_client("مراد سليماني", number, lang="ar_001"))
    office.move(picking_id)
    sms = wait_for(lambda: smsc.messages(number), "the SMS at the operator")[0]
    assert sms.coding == 8, "Arabic letters need UCS-2"
    assert re.search(r"[\u0621-\u064a]{3}", sms.text), "not in the client's language"
    assert sms.text == office.message(picking_id)["body"]
    office.wait_for_state(picking_id, "delivered")
    page = visitor.get(re.search(r"http://\S+/t/[\w-]+", sms.text)[0])
    assert 'dir="rtl"' in page.text
