from odoo import api, fields, models

from ...tools.insert_or_find import made_once

ALERT_KINDS = [
    ("problem", "The channel cannot send"),
    ("failures", "Too many messages fail"),
    ("queue", "Messages wait too long"),
    ("reports", "No delivery report comes back"),
    ("balance", "The balance is low"),
    ("access", "The access to the network ends soon"),
    ("permissions", "The network took a permission away"),
    ("subscription", "The network does not tell us everything"),
    ("leads", "Answers to forms of adverts fail"),
]


class BtiChannelAlert(models.Model):
    """One episode of trouble of a channel, from its beginning to its end."""

    _name = "bti.channel.alert"
    _description = "Alert of a Channel"
    _order = "date_open desc, id desc"
    _rec_name = "kind"

    channel_id = fields.Many2one(
        "bti.channel",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        related="channel_id.company_id",
        store=True,
        precompute=True,
        index=True,
    )
    kind = fields.Selection(ALERT_KINDS, required=True, readonly=True)
    detail = fields.Char(readonly=True)
    date_open = fields.Datetime(
        string="Since",
        required=True,
        readonly=True,
        default=fields.Datetime.now,
    )
    date_close = fields.Datetime(string="Well Again", readonly=True)
    activity_ids = fields.Many2many("mail.activity", readonly=True)

    _one_open = models.UniqueIndex(
        "(channel_id, kind) WHERE date_close IS NULL",
        "This alert is already open.",
    )

    @api.model
    def _open_for(self, channel, kind, detail):
        """Begin an episode and tell the responsible people.

        :param bti.channel channel: one channel, without an open alert of this kind
        :param str kind: key of ``ALERT_KINDS``
        :param str detail: what is known
        """
        with made_once():
            alert = self.create({"channel_id": channel.id, "kind": kind, "detail": detail})

        def make_texts(record):
            labels = dict(self._fields["kind"]._description_selection(record.env))
            known = record._get_troubles().get(kind, detail)
            return labels[kind], f"{labels[kind]}. {known}".strip()

        alert.activity_ids = channel._bti_alert(channel.responsible_ids, make_texts)
        return alert

    def _close(self):
        """The channel is well again: end the episodes and their activities."""
        for alert in self:
            # what was done by hand meanwhile is left alone
            readers = alert.channel_id._for_readers()
            alert.activity_ids.exists().filtered("active").action_feedback(
                feedback=readers.env._("Well again.")
            )
        self.write({"date_close": fields.Datetime.now()})
        # before another episode of the same kind may be inserted
        self.flush_recordset(["date_close"])
