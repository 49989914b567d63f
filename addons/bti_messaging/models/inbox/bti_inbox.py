import base64
import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ...const import GC_LIMIT
from ...gateways.base import InboundRequest
from ..mixins.batch_job import isolated

_logger = logging.getLogger(__name__)


class BtiInbox(models.Model):
    """What a provider sent to the webhook, as received: stored first, understood later."""

    _name = "bti.inbox"
    _description = "Received from a Provider"
    _inherit = ["bti.retry.mixin"]
    _order = "id desc"
    _check_company_auto = True
    _rec_name = "id"

    # === FIELDS === #

    method = fields.Char(readonly=True)
    query = fields.Text(readonly=True)
    headers = fields.Json(readonly=True)
    body = fields.Binary(string="Raw Body", attachment=False, readonly=True)
    body_text = fields.Text(string="Body", compute="_compute_body_text")
    state = fields.Selection(
        [("new", "New"), ("done", "Handled"), ("failed", "Not Understood")],
        required=True,
        default="new",
        readonly=True,
    )
    event_ids = fields.One2many("bti.event", "inbox_id", string="Events")

    _todo_idx = models.Index("(channel_id, next_try_at) WHERE state = 'new'")
    _done_idx = models.Index("(channel_id, create_date)")

    # === COMPUTE METHODS === #

    @api.depends("body")
    def _compute_body_text(self):
        for inbox in self.with_context(bin_size=False):
            raw = base64.b64decode(inbox.body or b"")
            # PostgreSQL and XML know no NUL character
            inbox.body_text = raw.decode("utf-8", errors="replace").replace("\x00", "\ufffd")

    # === BUSINESS METHODS === #

    @api.model
    def _prepare_inbox_vals(self, channel, request):
        """:param InboundRequest request: the raw request
        :return: values of its row
        """
        return {
            "channel_id": channel.id,
            "method": request.method,
            # PostgreSQL stores no NUL; written so, the query says the same
            "query": request.query.replace("\x00", "%00"),
            "headers": request.headers,
            "body": base64.b64encode(request.body),
        }

    def _get_request(self):
        """:return: the request as it came in
        :rtype: InboundRequest
        """
        self.ensure_one()
        return InboundRequest(
            method=self.method,
            query=self.query or "",
            body=base64.b64decode(self.with_context(bin_size=False).body or b""),
            headers=self.headers or {},
        )

    def _process_batch(self):
        """Store the events of some rows together; when that fails, row by row, so that one
        cannot spoil the others."""
        gateway = self.channel_id._get_gateway()
        with isolated(self.env.cr, self._process_one_by_one, gateway):
            self._process(gateway)

    def _process_one_by_one(self, gateway, error):
        _logger.info("Inbox rows %s handled one by one: %s", self.ids, error)
        for row in self:
            with isolated(self.env.cr, row._postpone):
                row._process(gateway)

    def _process(self, gateway):
        """Store the events that these rows tell."""
        events = [(row, event) for row in self for event in row._parse(gateway)]
        self.env["bti.event"]._store(events)
        self.write({"state": "done", "error": False})

    def _parse(self, gateway):
        """Hook: what one row tells.

        :param Gateway gateway: of its channel
        :rtype: list[Event]
        """
        self.ensure_one()
        return gateway.parse(self._get_request())

    def _find_channel(self, event):
        """Hook: the channel that an event of this row is for.

        :param Event event: from the gateway
        :return: none when it is for nobody here
        :rtype: bti.channel
        """
        self.ensure_one()
        return self.channel_id

    @api.autovacuum
    def _gc_inbox(self):
        """Delete what was handled long ago; each channel says after how many days. What failed is
        somebody's message: it stays until it is tried again."""
        done = remaining = 0
        all_channels = self.env["bti.channel"].with_context(active_test=False)
        for channel in all_channels.search(Domain.TRUE):
            before = fields.Datetime.now() - timedelta(days=channel.inbox_retention_days)
            old = Domain("channel_id", "=", channel.id) & Domain("create_date", "<", before)
            Event = self.env["bti.event"]
            for records in (
                self.search(old & Domain("state", "=", "done"), limit=GC_LIMIT),
                Event.search(Event._get_old_domain(channel, before), limit=GC_LIMIT),
            ):
                records.unlink()
                done += len(records)
                remaining += len(records) == GC_LIMIT
        return done, remaining
