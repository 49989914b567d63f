import logging

from odoo import api, fields, models
from odoo.fields import Domain

from ...gateways.base import CredentialsError, PermanentError, TransientError

_logger = logging.getLogger(__name__)

# People asked about in one run of a channel's job: one request each.
PROFILE_LIMIT = 20


class BtiIdentity(models.Model):
    """What a person calls himself where the messages of a network do not tell it."""

    _inherit = "bti.identity"

    # === FIELDS === #

    profile_asked_on = fields.Datetime(
        readonly=True, help="When the network was asked who this person says he is."
    )

    _unasked_idx = models.Index(
        "(company_id, scope) WHERE kind = 'psid' AND profile_asked_on IS NULL"
    )

    # === BUSINESS METHODS === #

    @api.model
    def _ask_profiles(self, channel):
        """Ask the network about new people, each once. That nobody may know is normal: Meta wants
        a permission of its own for it.

        :param bti.channel channel: a Page, whose job this is
        """
        unasked = self.search(
            Domain("company_id", "=", channel.company_id.id)
            & Domain("kind", "=", "psid")
            & Domain("scope", "=", channel.external_id)
            & Domain("profile_asked_on", "=", False),
            limit=PROFILE_LIMIT,
        )
        gateway = unasked and channel._get_gateway()
        for identity in unasked:
            try:
                profile = gateway.get_profile(identity.external_id)
            except TransientError as error:
                _logger.info("Channel %s: no profile for now: %s", channel.id, error.detail)
                return
            except CredentialsError as error:
                # the words still come: it is no trouble of the channel
                _logger.info("Channel %s: profiles are refused: %s", channel.id, error.detail)
                unasked.profile_asked_on = fields.Datetime.now()
                return
            except PermanentError:
                identity.profile_asked_on = fields.Datetime.now()
                continue
            identity.profile_asked_on = fields.Datetime.now()
            identity._get_main()._learn_name(profile.name)


class BtiChannel(models.Model):
    _inherit = "bti.channel"

    def _work(self):
        result = super()._work()
        if self.kind == "messenger":
            self.env["bti.identity"]._ask_profiles(self)
        return result
