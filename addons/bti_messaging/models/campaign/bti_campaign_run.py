import logging
from datetime import timedelta
from uuid import NAMESPACE_OID, uuid5

from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...tools.bulk_insert import bulk_insert

_logger = logging.getLogger(__name__)

# Recipients prepared between two commits.
SLICE = 1000
# Reasons that are a fault, not somebody's wish: such a trace failed, the others are canceled.
FAULTS = ("sms_too_long", "bti_no_channel")


class BtiCampaignRun(models.Model):
    """How far the preparation of a campaign is.

    Kept apart from the mailing: the preparation writes here after each slice, people write
    there (pause, stop), and neither waits for the other.
    """

    _name = "bti.campaign.run"
    _description = "Preparation of an SMS Campaign"
    _rec_name = "mailing_id"

    mailing_id = fields.Many2one("mailing.mailing", required=True, ondelete="cascade")
    company_id = fields.Many2one(
        related="mailing_id.company_id",
        store=True,
        index=True,
        precompute=True,
    )
    total = fields.Integer(string="Recipients")
    prepared = fields.Integer(help="Recipients who have a trace.")
    queued = fields.Integer(help="Of these, those who have a message.")
    cost = fields.Float(string="Cost Committed", help="In the company's currency.")
    cursor = fields.Integer(help="The recipient prepared last; they are taken by their ids.")
    chosen_ids = fields.Json(
        string="Chosen Recipients",
        help="Of an A/B test, which takes some of them at random.",
    )
    rate_start = fields.Datetime(help="When the first message of a limited rate may go.")
    started = fields.Boolean(help="Recipients were counted, and chosen for an A/B test.")
    done = fields.Boolean(string="Complete")

    _mailing_uniq = models.Constraint(
        "UNIQUE(mailing_id)",
        "A campaign is prepared once.",
    )

    def _start(self):
        """Count the recipients, and choose those of an A/B test."""
        self.ensure_one()
        mailing = self.mailing_id
        chosen = mailing._get_chosen_recipients()
        before = self.prepared
        # a further run goes on with the next place, from now on
        places = timedelta(minutes=self.queued // mailing.sms_rate if mailing.sms_rate else 0)
        if chosen is False:
            # the job is the robot's, the mailing its company's: so are figures and segments
            model = self.env[mailing.mailing_model_real].with_company(mailing.company_id)
            total = model.search_count(mailing._get_recipients_domain())
        else:
            total = before + len(chosen)
        self.write(
            {
                "total": max(total, before),
                "started": True,
                "chosen_ids": chosen,
                "rate_start": fields.Datetime.now() - places,
            }
        )

    def _prepare_slice(self, mailing, short_urls):
        """Write traces and messages of the next recipients. The caller commits.

        Nothing here depends on what an earlier try did: who has a trace is left out, and the
        reference of a message is made of campaign and recipient, unique in the database.

        :param mailing.mailing mailing: the campaign, as ``_with_sender()`` gives it
        :param dict[str, str] short_urls: links shortened so far
        :return: the channels that have something to send now
        :rtype: bti.channel
        """
        self.ensure_one()
        ids = self._get_next_ids(mailing)
        if not ids:
            self.done = True
            return self.env["bti.channel"]
        records = mailing.env[mailing.mailing_model_real].browse(
            self._leave_out_prepared(mailing, ids)
        )
        recipients = mailing._get_recipients_of(records, self._get_seen(mailing, records))
        numbering = self._get_numbering(mailing, recipients)
        has_channel = mailing._write_messages(recipients, short_urls, numbering)
        if not has_channel:
            mailing._pause("no_channel")
            return self.env["bti.channel"]
        affordable = mailing._cut_to_budget(self, recipients)
        self._insert(mailing, affordable, numbering)
        if len(affordable) == len(recipients):
            self.cursor = ids[-1]
        else:
            self.cursor = affordable[-1].res_id if affordable else self.cursor
            mailing._pause("budget")
        return self.env["bti.channel"].browse(
            {recipient.vals["channel_id"] for recipient in affordable if not recipient.failure}
        )

    def _get_next_ids(self, mailing):
        """:return: the recipients after the cursor, at most a slice of them, by id"""
        if self.chosen_ids:
            return [res_id for res_id in self.chosen_ids if res_id > self.cursor][:SLICE]
        model = mailing.env[mailing.mailing_model_real]
        if self.chosen_ids == []:
            return []
        domain = mailing._get_recipients_domain() & Domain("id", ">", self.cursor)
        return list(model._search(domain, order="id", limit=SLICE))

    def _leave_out_prepared(self, mailing, ids):
        rows = self.env.execute_query(
            SQL(
                "SELECT res_id FROM mailing_trace WHERE mass_mailing_id = %s AND model = %s"
                " AND res_id = ANY(%s) AND is_test_trace IS NOT TRUE",
                mailing.id,
                mailing.mailing_model_real,
                ids,
            )
        )
        done = {res_id for (res_id,) in rows}
        return [res_id for res_id in ids if res_id not in done]

    def _get_seen(self, mailing, records):
        """:return: numbers of some records that already have a message of this campaign"""
        if "phone_sanitized" not in records._fields:
            numbers = [recipient.number for recipient in mailing._read_numbers(records)]
        else:
            numbers = [number for number in records.mapped("phone_sanitized") if number]
        rows = self.env.execute_query(
            SQL(
                "SELECT sms_number FROM mailing_trace WHERE mass_mailing_id = %s"
                " AND sms_number = ANY(%s) AND trace_status != 'cancel'"
                " AND is_test_trace IS NOT TRUE",
                mailing.id,
                numbers,
            )
        )
        return {number for (number,) in rows}

    def _get_numbering(self, mailing, recipients):
        """Number and code of each recipient's trace: what short links and opt-out pages carry.
        The numbers are those of core's SMS, so that no two traces answer to one link.

        :rtype: dict[int, tuple[int, str]]
        """
        rows = self.env.execute_query(
            SQL(
                "SELECT nextval(pg_get_serial_sequence('sms_sms', 'id'))"
                " FROM generate_series(1, %s)",
                len(recipients),
            )
        )
        code = mailing.env["mailing.trace"]._get_random_code
        return {
            recipient.res_id: (number, code())
            for recipient, (number,) in zip(recipients, rows, strict=True)
        }

    def _insert(self, mailing, recipients, numbering):
        """Write a slice: one statement each for traces, trackers and messages."""
        trace_ids = bulk_insert(
            self.env["mailing.trace"],
            [
                {
                    "trace_type": "sms",
                    "mass_mailing_id": mailing.id,
                    "campaign_id": mailing.campaign_id.id,
                    "company_id": mailing.company_id.id,
                    "model": mailing.mailing_model_real,
                    "res_id": recipient.res_id,
                    "sms_number": recipient.number,
                    "sms_id_int": numbering[recipient.res_id][0],
                    "sms_code": numbering[recipient.res_id][1],
                    "trace_status": _get_trace_status(recipient),
                    "failure_type": recipient.failure,
                    "is_test_trace": False,
                }
                for recipient in recipients
            ],
            returning="res_id",
        )
        going = [recipient for recipient in recipients if not recipient.failure]
        refs = self._get_refs(mailing, going)
        bulk_insert(
            self.env["sms.tracker"],
            [
                {
                    "sms_uuid": refs[recipient.res_id],
                    "mailing_trace_id": trace_ids[recipient.res_id],
                }
                for recipient in going
            ],
        )
        self._insert_messages(mailing, going, refs)
        self.write(
            {
                "prepared": self.prepared + len(recipients),
                "queued": self.queued + len(going),
                "cost": self.cost + sum(recipient.vals["cost"] for recipient in going),
                "total": max(self.total, self.prepared + len(recipients)),
            }
        )

    def _insert_messages(self, mailing, recipients, refs):
        now = fields.Datetime.now()
        currency = mailing.company_id.currency_id.id
        vals_list = []
        for place, recipient in enumerate(recipients, self.queued):
            release = mailing._get_release(self, place)
            first_try = max(recipient.vals.get("next_try_at") or now, release or now)
            vals_list.append(
                {
                    **recipient.vals,
                    "direction": "out",
                    "state": "outgoing",
                    "sms_uuid": refs[recipient.res_id],
                    "mailing_id": mailing.id,
                    "currency_id": currency,
                    "release_at": release,
                    "next_try_at": first_try,
                    "date_state": now,
                }
            )
        keys = dict.fromkeys(key for vals in vals_list for key in vals)
        bulk_insert(
            self.env["bti.message"],
            [{key: vals.get(key, False) for key in keys} for vals in vals_list],
        )

    def _get_refs(self, mailing, recipients):
        """:return: the reference of each recipient's message; the same at every try
        :rtype: dict[int, str]
        """
        # sudo: reading a system parameter
        database = self.env["ir.config_parameter"].sudo().get_param("database.uuid")
        prefix = f"{database}:{mailing.id}:{mailing.mailing_model_real}"
        return {
            recipient.res_id: uuid5(NAMESPACE_OID, f"{prefix}:{recipient.res_id}").hex
            for recipient in recipients
        }

    def _shift(self, seconds):
        """Put off what waits for its turn, so that a resumed campaign keeps its rate.

        :param float seconds: how long nothing went out
        """
        self.ensure_one()
        if not self.rate_start:
            return
        delay = timedelta(seconds=seconds)
        self.rate_start += delay
        self.env["bti.message"].flush_model(["release_at", "next_try_at"])
        self.env.cr.execute(
            SQL(
                """
                UPDATE bti_message
                   SET release_at = release_at + %(delay)s, next_try_at = next_try_at + %(delay)s
                 WHERE mailing_id = %(mailing)s AND state = 'outgoing' AND release_at IS NOT NULL
                """,
                delay=delay,
                mailing=self.mailing_id.id,
            )
        )
        self.env["bti.message"].invalidate_model(["release_at", "next_try_at"])


def _get_trace_status(recipient):
    if not recipient.failure:
        return "outgoing"
    return "error" if recipient.failure in FAULTS else "cancel"
