import logging

from odoo import api, fields, models
from odoo.fields import Domain

from ...gateways.base import CredentialsError, PermanentError, PermissionMissing, TransientError
from ..mixins.batch_job import BatchJob

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
        if not unasked:
            return
        gateway = channel._get_gateway()
        # one commit each: an agent who writes in the conversation meanwhile undoes one name
        job = BatchJob(self.env, channel._wake)
        for identity in unasked:
            answer = job.goes_on and job.commit(identity._ask_profile, gateway)
            if answer == "refused":
                # the words still come: it is no trouble of the channel
                job.commit(unasked.write, {"profile_asked_on": fields.Datetime.now()})
            if answer != "asked":
                return

    def _ask_profile(self, gateway):
        """Ask who this person says he is.

        :param Gateway gateway: of the Page to which he wrote
        :return: "asked", "later" when the network cannot tell now, "refused" when it tells this app
            about nobody
        :rtype: str
        """
        self.ensure_one()
        try:
            profile = gateway.get_profile(self.external_id)
        except PermissionMissing as error:
            _logger.info("Identity %s: profiles are refused: %s", self.id, error.detail)
            return "refused"
        except (TransientError, CredentialsError) as error:
            _logger.info("Identity %s: no profile for now: %s", self.id, error.detail)
            return "later"
        except PermanentError:
            profile = None
        self.profile_asked_on = fields.Datetime.now()
        if profile:
            self._get_main()._learn_name(profile.name)
        return "asked"


class BtiChannel(models.Model):
    _inherit = "bti.channel"

    def _work(self):
        result = super()._work()
        if self.kind == "messenger" and self._is_sending_allowed():
            self.env["bti.identity"]._ask_profiles(self)
        return result
