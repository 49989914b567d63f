import logging
from datetime import timedelta
from functools import partial

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import format_date

from ...gateways.base import CredentialsError, GatewayError, PermanentError
from ...tools.plural import listed
from ..mixins.batch_job import BatchJob, isolated
from . import inspection

_logger = logging.getLogger(__name__)

NETWORKS = ("messenger", "whatsapp", "viber")
CHECK_JOB = "bti_messaging.ir_cron_check_connections"
# The job comes every hour; a channel that was looked at today is left alone.
CHECK_EVERY = timedelta(hours=23)
WARN_BEFORE = timedelta(days=10)
NOT_CHECKED = "Channel %s could not be checked: %s"


class BtiChannel(models.Model):
    """Whether a network still lets us in: asked once a day, so that we know before the clients."""

    _inherit = "bti.channel"

    # === FIELDS === #

    token_expires_on = fields.Datetime(
        string="Access Ends On",
        copy=False,
        readonly=True,
        help="When the network lets us in no longer. Empty: no end is known.",
    )
    granted_permissions = fields.Char(copy=False, readonly=True)
    missing_permissions = fields.Char(
        copy=False,
        readonly=True,
        help="What the network does not let us do, in its own words.",
    )
    subscription_state = fields.Selection(
        [
            ("complete", "Everything is told"),
            ("fields", "The app is not told everything"),
            ("app", "The network calls another address"),
            ("page", "The Page or number tells us nothing"),
        ],
        string="What the Network Tells Us",
        copy=False,
        readonly=True,
    )
    subscription_detail = fields.Char(string="What Lacks", copy=False, readonly=True)
    connection_checked_on = fields.Datetime(string="Access Checked On", copy=False, readonly=True)

    # === ACTIONS === #

    def action_connect_facebook(self):
        """Open the guided connection; its first page lets another network be chosen."""
        return self._open_connection("messenger")

    def action_connect_whatsapp(self):
        """Open the guided connection of WhatsApp numbers."""
        return self._open_connection("whatsapp")

    def action_connect_viber(self):
        """Open the guided connection of a Viber bot."""
        return self._open_connection("viber")

    def action_reconnect(self):
        """Open the guided connection for this channel: its queue goes on with the new access."""
        self.ensure_one()
        return self._open_connection(self.provider, self)

    def _open_connection(self, network, channel=None):
        """:param str network: one of ``NETWORKS``
        :param bti.channel channel: to be connected again
        :raise AccessError: the user may not see secrets
        """
        if not self.env.is_system():
            raise AccessError(
                self.env._(
                    "Passwords and access tokens of networks are entered by a system administrator "
                    "(Settings): ask him to connect this channel."
                )
            )
        action = self.env["ir.actions.act_window"]._for_xml_id("bti_messaging.bti_connect_action")
        context = {"default_network": network}
        if channel:
            context |= {
                "default_channel_id": channel.id,
                "default_company_id": channel.company_id.id,
            }
        return {**action, "context": context}

    def action_check_connection(self):
        """Ask the network now whether we are let in.

        :return: a notification of what was found
        """
        self.ensure_one()
        self.check_access("write")
        # sudo: what was found is the system's to write
        channel = self.sudo()
        error = channel._check_connection()
        if error:
            return self._notify_result(self._explain_network_error(error), "danger")
        lost = channel._get_connection_troubles()
        if lost:
            return self._notify_result("\n".join(lost.values()), "warning")
        return self._notify_result(self.env._("The network lets us in."), "success")

    # === BUSINESS METHODS === #

    @api.model
    def _cron_check_connections(self):
        """Once a day and channel: whether its network still lets us in."""
        now = fields.Datetime.now()
        channels = self.search(
            Domain("provider", "in", NETWORKS)
            & Domain("state", "in", ["active", "paused"])
            & (
                Domain("connection_checked_on", "=", False)
                | Domain("connection_checked_on", "<", now - CHECK_EVERY)
            )
        )
        job = BatchJob(self.env, partial(self.env["ir.cron"]._bti_wake_job, CHECK_JOB))
        job.begin(len(channels))
        for channel in channels:
            job.commit(channel.with_company(channel.company_id)._check_isolated, processed=1)

    def _check_isolated(self):
        with isolated(self.env.cr, _logger.exception, NOT_CHECKED, self.id):
            self._check_connection()

    def _check_connection(self):
        """Ask the network and write what it says. A network that cannot be reached says nothing:
        it is asked again by the next run.

        :return: why nothing is known, if so
        :rtype: GatewayError | None
        """
        self.ensure_one()
        if self._get_gateway().missing_config():
            return None  # it cannot send either, and says so
        try:
            finding = self._inspect_connection()
        except CredentialsError as error:
            self.connection_checked_on = fields.Datetime.now()
            self._set_problem(error.problem, error.detail)
            return error
        except GatewayError as error:
            _logger.info("Channel %s: nothing is known of its access: %s", self.id, error.detail)
            return error
        if finding:
            self._note_finding(finding)
        return None

    def _inspect_connection(self):
        """:return: how the access stands, None where nobody can be asked
        :rtype: Finding | None
        :raises GatewayError: the access is dead, or the network cannot be asked
        """
        if self.provider == "viber":
            return inspection.inspect_bot(self._get_gateway())
        account = self.account_id
        if not account.app_id:
            return None  # of an app without its id Meta tells nothing
        if self.provider == "whatsapp":
            return inspection.inspect_number(self._get_gateway(), account.webhook_url)
        return inspection.inspect_page(self._prepare_gateway_config(), account.webhook_url)

    def _note_finding(self, finding):
        """:param Finding finding: what the network says"""
        self.write(self._prepare_finding_vals(finding))
        if finding.mended:
            readers = self._for_readers()
            readers._message_log(
                body=readers.env._(
                    "The network had stopped telling us what people write: it does again."
                )
            )
        if self.problem == "credentials":
            self._clear_problem()

    def _prepare_finding_vals(self, finding):
        """:return: values of a channel, perhaps of one to be made
        :rtype: dict
        """
        known = (self.granted_permissions or "").split()
        return {
            "token_expires_on": finding.expires_on or False,
            "granted_permissions": " ".join(dict.fromkeys([*known, *finding.granted])) or False,
            "missing_permissions": " ".join(finding.missing) or False,
            "subscription_state": finding.subscription or False,
            "subscription_detail": finding.detail or False,
            "connection_checked_on": fields.Datetime.now(),
        }

    def _get_lost_permissions(self):
        """:return: what we were once let do, or need in any case, and may not do
        :rtype: list[str]
        """
        self.ensure_one()
        known = {*(self.granted_permissions or "").split(), *inspection.NEEDED}
        return [name for name in (self.missing_permissions or "").split() if name in known]

    def _get_connection_troubles(self):
        """What an administrator should mend at the network before the clients find out.

        :return: {"access" | "permissions" | "subscription": in words}
        :rtype: dict[str, str]
        """
        self.ensure_one()
        troubles = {}
        ends = self.token_expires_on
        if ends and ends < fields.Datetime.now() + WARN_BEFORE:
            day = format_date(self.env, fields.Datetime.context_timestamp(self, ends).date())
            troubles["access"] = self.env._(
                "The access ends on %(day)s: connect the channel again before.", day=day
            )
        if lost := self._get_lost_permissions():
            troubles["permissions"] = self.env._(
                "The network does not let us do: %(names)s.", names=listed(self.env, lost)
            )
        if (self.subscription_state or "complete") != "complete":
            labels = dict(self._fields["subscription_state"]._description_selection(self.env))
            detail = f" ({self.subscription_detail})" if self.subscription_detail else ""
            troubles["subscription"] = f"{labels[self.subscription_state]}{detail}."
        return troubles

    def _explain_network_error(self, error):
        """:param GatewayError error: of a call that somebody waits for
        :return: for people, with the network's own words
        :rtype: str
        """
        if isinstance(error, CredentialsError):
            labels = dict(self._fields["problem"]._description_selection(self.env))
            reason = labels[error.problem.value]
        elif isinstance(error, PermanentError):
            reason = self.env._("The network refuses this")
        else:
            reason = self.env._("The network cannot be reached or is busy: try again in a moment")
        return f"{reason} ({error.detail})" if error.detail else reason
