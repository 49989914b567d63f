import logging
from datetime import timedelta
from functools import partial

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...gateways.base import GatewayError, UnknownOutcome
from ..mixins.batch_job import BatchJob, isolated

_logger = logging.getLogger(__name__)

SYNC_JOB = "bti_messaging.ir_cron_sync_templates"
# Pages of a hundred; more texts than the network lets an account have.
MAX_PAGES = 100
# How much the network's clock and ours may differ.
CLOCKS = timedelta(minutes=10)
# state of the network: ours
STATES = {
    "pending": "submitted",
    "in_appeal": "submitted",
    "approved": "approved",
    "reinstated": "approved",
    "unpaused": "approved",
    # stays in use, to be paused if the readers go on disliking it
    "flagged": "approved",
    "rejected": "rejected",
    "paused": "paused",
    "disabled": "disabled",
    "locked": "disabled",
    "archived": "disabled",
    "limit_exceeded": "disabled",
    "deleted": "disabled",
    "pending_deletion": "disabled",
}


class BtiTemplate(models.Model):
    """What the network says of the texts, and what is submitted to it."""

    _inherit = "bti.template"

    # === ACTIONS === #

    def action_sync(self):
        """Compare the texts with the network's now, those that were written there come too."""
        self.check_access("write")
        channels = self.channel_id or self.env["bti.channel"].search(
            self._get_channel_domain() & Domain("company_id", "in", self.env.companies.ids)
        )
        if not channels:
            raise UserError(self.env._("Connect a WhatsApp number first."))
        troubles = []
        for channel in self._pick_channels(channels):
            try:
                # sudo: what the network says is the program's to write
                self.env["bti.template"].sudo()._sync(channel.sudo())
            except GatewayError as error:
                troubles.append(f"{channel.name}: {channel._explain_network_error(error)}")
        if troubles:
            return channels[0]._notify_result("\n".join(troubles), "danger")
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def action_submit(self):
        """Have the network look at the texts."""
        self.check_access("write")
        for template in self:
            if template.state not in ("draft", "rejected"):
                raise UserError(
                    self.env._("%(text)s was submitted already.", text=template.display_name)
                )
            if wrong := template._find_wrong_wording():
                template._refuse_wording(wrong)
            template._build_components()
        troubles = []
        for template in self:
            try:
                # sudo: the state is the program's to write; the check above is the right to submit
                template.sudo()._submit()
            except UserError as error:
                troubles.append(str(error))
        if troubles and len(troubles) == len(self):
            raise UserError("\n".join(troubles))
        if troubles:  # the network has the others: that is not to be forgotten
            return self.channel_id[:1]._notify_result("\n".join(troubles), "danger")
        return True

    def action_withdraw(self):
        """Delete the text at the network; nothing can be sent with it any more."""
        self.check_access("write")
        for template in self.filtered("external_id"):
            try:
                template.channel_id._get_gateway().delete_template(
                    template.name, template.external_id
                )
            except GatewayError as error:
                raise UserError(template.channel_id._explain_network_error(error)) from error
            # sudo: as above
            template.sudo()._note_state("disabled", self.env._("Withdrawn by us."))

    # === BUSINESS METHODS: SUBMITTING === #

    def _submit(self):
        """Submit one text. Whether it came through unanswered shows the next comparison."""
        self.ensure_one()
        gateway = self.channel_id._get_gateway()
        try:
            form, components = self._build_components(self._upload_sample())
            if self.external_id:
                gateway.edit_template(self.external_id, self.category, components)
                self._note_state("submitted")
                return
            found = gateway.create_template(
                self.name, self.language, self.category, form, components
            )
        except UnknownOutcome as error:
            self._note_state("submitted", error.detail)
            return
        except GatewayError as error:
            wrong = self.channel_id._explain_network_error(error)
            raise UserError(
                self.env._("%(text)s: %(wrong)s", text=self.display_name, wrong=wrong)
            ) from error
        self.external_id = found.id or False
        self._note_category(found.category)
        self._note_state(STATES.get(found.status, "submitted"), found.reason)

    # === BUSINESS METHODS: THE NETWORK'S LIST === #

    @api.model
    def _get_channel_domain(self):
        return (
            Domain("provider", "=", "whatsapp")
            & Domain("state", "in", ["active", "paused"])
            & Domain("business_account", "!=", False)
        )

    @api.model
    def _pick_channels(self, channels):
        """:return: of each company and business account the first number
        :rtype: bti.channel
        """
        alike = channels.sorted("id").grouped(lambda item: (item.company_id, item.business_account))
        return channels.browse([group[0].id for group in alike.values()])

    @api.model
    def _cron_sync(self):
        """Once a day: what the network's lists say."""
        channels = self._pick_channels(
            self.env["bti.channel"].search(self._get_channel_domain(), order="id")
        )
        job = BatchJob(self.env, partial(self.env["ir.cron"]._bti_wake_job, SYNC_JOB))
        job.begin(len(channels))
        for channel in channels:
            job.commit(
                self._sync_isolated,
                channel.with_company(channel.company_id),
                processed=1,
            )

    @api.model
    def _sync_isolated(self, channel):
        told = "Channel %s: its approved texts could not be read: %s"
        with isolated(self.env.cr, _logger.warning, told, channel.id):
            self._sync(channel)

    @api.model
    def _sync(self, channel):
        """Write what the network has. Drafts stay as they are.

        :param bti.channel channel: any number of the business account
        :raises GatewayError: nothing was written
        """
        found = self._read_all(channel)
        known = self.with_context(active_test=False).search(
            Domain("company_id", "=", channel.company_id.id)
            & Domain("business_account", "=", channel.business_account)
        )
        by_key = {(item.name, item.language): item for item in known}
        seen = self.browse()
        for one in found:
            template = by_key.get((one.name, one.language))
            if template:
                template._take_over(one, channel)
            else:
                template = self.create(
                    {
                        **self._prepare_network_vals(one),
                        "name": one.name,
                        "language": one.language,
                        "channel_id": channel.id,
                        "external_id": one.id,
                        "state": STATES.get(one.status, "disabled"),
                        "state_date": fields.Datetime.now(),
                        "category": one.category or "utility",
                    }
                )
            template._take_samples(one)
            seen |= template
        seen.synced_on = fields.Datetime.now()
        # kept on the text: for whoever reads it, not for whoever asked
        readers = channel._for_readers()
        # submitted, never answered, and not there: it is to be submitted again
        lost = (known - seen).filtered(
            lambda item: (
                item.state == "submitted"
                and not item.external_id
                and item.state_date < fields.Datetime.now() - CLOCKS
            )
        )
        lost._note_state("draft", readers.env._("The network did not get it."))
        gone = (known - seen).filtered("external_id")
        gone._note_state("disabled", readers.env._("The network does not have it any more."))

    @api.model
    def _read_all(self, channel):
        """:return: all texts of the account that we can show
        :rtype: list[Template]
        """
        gateway, found, after = channel._get_gateway(), [], ""
        for _number in range(MAX_PAGES):
            page = gateway.list_templates(after)
            found += page.templates
            after = page.after
            if not after:
                break
        categories = dict(self._fields["category"].selection)
        return [one for one in found if not one.category or one.category in categories]

    @api.model
    def _prepare_network_vals(self, found):
        """:param Template found: as the network has it
        :return: what it says, its state and category left out
        """
        return {
            "header": found.header_text or False,
            "header_type": found.header or False,
            # a text that the network writes itself (codes) has none
            "body": found.body or "—",
            "footer": found.footer or False,
            "buttons": self._write_buttons(found.buttons) or False,
            "wants": found.wants or ("body" if not found.body else False),
            "quality": found.quality if found.quality in self._get_qualities() else False,
            "reason": found.reason or False,
        }

    @api.model
    def _get_qualities(self):
        return dict(self._fields["quality"].selection)

    def _take_over(self, found, channel):
        """:param Template found: as the network has it
        :param bti.channel channel: the number that asked
        """
        self.ensure_one()
        vals = {"external_id": found.id}
        if self.state != "draft" or found.status == "approved":
            vals |= self._prepare_network_vals(found)
        if self.channel_id != channel and not self.channel_id.active:
            vals["channel_id"] = channel.id
        vals = {name: value for name, value in vals.items() if (self[name] or False) != value}
        if "channel_id" not in vals or vals["channel_id"] == self.channel_id.id:
            vals.pop("channel_id", None)
        if vals:
            self.write(vals)
        if self.state != "draft" or found.status == "approved":
            self._note_state(STATES.get(found.status, "disabled"), found.reason)
            self._note_category(found.category)

    def _take_samples(self, found):
        samples = dict(zip(found.gaps, found.examples, strict=False))
        for name, (place, _title, _url) in self._get_links().items():
            samples[name] = found.buttons[place].example if place < len(found.buttons) else ""
        for row in self.parameter_ids:
            if not row.sample and samples.get(row.name):
                row.sample = samples[row.name]

    # === BUSINESS METHODS: WHAT IS TOLD === #

    def _note_state(self, state, reason="", moment=None):
        """:param str state: ours
        :param str reason: in the network's words
        :param datetime moment: when it became so; what is older than what is known says nothing
        """
        for template in self:
            moment_of_it = moment or fields.Datetime.now()
            if moment and template._is_old_news(moment):
                continue
            if moment:
                template.told_on = moment
            if template.state != state or (template.reason or "") != (reason or ""):
                template.write(
                    {
                        "state": state,
                        "reason": reason or False,
                        "state_date": moment_of_it,
                    }
                )

    def _is_old_news(self, moment):
        """Whether something later is known: notifications come in any order, days late too."""
        self.ensure_one()
        compared = self.synced_on and self.synced_on - CLOCKS
        return bool((self.told_on and moment < self.told_on) or (compared and moment < compared))

    def _note_category(self, category):
        """What became an offer is one from now on, also where it already waits to be sent.

        :param str category: as the network says it
        """
        if category not in dict(self._fields["category"].selection):
            return
        changed = self.filtered(lambda template: template.category != category)
        changed.category = category
        if category == "marketing":
            changed._call_messages_offers()

    def _call_messages_offers(self):
        """Hook: what waits to be sent with these texts is an offer now."""
