from datetime import timedelta

from markupsafe import escape

from odoo import fields, models
from odoo.fields import Domain

from odoo.addons.mail.tools.discuss import Store

from ...gateways.base import CredentialsError, PermanentError, PermissionMissing, TransientError

# Conversations taken over in one run of a channel's job: one request each.
CONTROL_LIMIT = 20
CONTROL_AGAIN = timedelta(minutes=1)


class DiscussChannel(models.Model):
    """A conversation that another program holds: nothing goes by itself, and an agent takes it over
    before he answers."""

    _inherit = "discuss.channel"

    # === FIELDS === #

    bti_is_held = fields.Boolean(
        string="Held by Another Program",
        readonly=True,
        help="Another program answers this person for now: nothing is sent by itself.",
    )
    bti_control_wanted = fields.Boolean(
        readonly=True, help="The network has still to be told that we take the conversation over."
    )

    _bti_control_idx = models.Index("(bti_channel_id) WHERE bti_control_wanted")

    # === ACTIONS === #

    def action_bti_take_over(self):
        """Answer this person from now on, instead of the program that holds the conversation."""
        self._bti_check_agent()
        # sudo: the check above is the right to do this
        for conversation in self.sudo().filtered("bti_is_held"):
            conversation.write(
                {
                    "bti_is_held": False,
                    "bti_control_wanted": conversation.bti_channel_id.kind == "messenger",
                }
            )
            text = self.env._("%(agent)s took the conversation over.", agent=self.env.user.name)
            conversation._bti_note(escape(text))
            conversation._bti_show_held()
            conversation.bti_channel_id._wake()

    # === BUSINESS METHODS === #

    def _bti_set_held(self, held):
        """:param bool held: another program holds the conversation"""
        for conversation in self.filtered(lambda item: item.bti_is_held != held):
            conversation.bti_is_held = held
            told = conversation._bti_in_company_lang()
            told._bti_note(
                escape(
                    told.env._(
                        "Another program answers this person for now: take the conversation over "
                        "before you write."
                    )
                    if held
                    else told.env._("The conversation is ours again.")
                )
            )
            conversation._bti_show_held()

    def _bti_show_held(self):
        Store(bus_channel=self).add(self, ["bti_is_held"]).bus_send()

    def _bti_get_refusal(self, message, channel):
        if self.bti_is_held:
            return self.env._(
                "Nothing was sent: another program answers this person. Take the conversation over "
                "first."
            )
        return super()._bti_get_refusal(message, channel)

    def _bti_take_control(self, channel):
        """Tell the network which conversations are ours now; telling it twice changes nothing.

        :param bti.channel channel: a Page, whose job this is
        """
        wanted = self.search(
            Domain("bti_channel_id", "=", channel.id) & Domain("bti_control_wanted", "=", True),
            limit=CONTROL_LIMIT,
        )
        gateway = wanted and channel._get_gateway()
        for conversation in wanted:
            try:
                gateway.take_control(conversation.bti_identity_id._get_address().value)
            except TransientError:
                channel._wake(at=fields.Datetime.now() + CONTROL_AGAIN)
                return
            except CredentialsError as error:
                if not isinstance(error, PermissionMissing):
                    # asked again when the Page is connected again
                    channel._set_problem(error.problem, error.detail)
                    return
                conversation._bti_tell_not_handed(error)
            except PermanentError as error:
                conversation._bti_tell_not_handed(error)
            conversation.bti_control_wanted = False

    def _bti_tell_not_handed(self, error):
        """:param GatewayError error: why the conversation stays with the other program"""
        told = self._bti_in_company_lang()
        told._bti_note(
            escape(
                told.env._(
                    "The network did not hand the conversation over: %(reason)s",
                    reason=error.detail,
                )
            )
        )

    def _to_store_defaults(self, target):
        return super()._to_store_defaults(target) + [
            Store.Attr("bti_is_held", predicate=lambda channel: channel.channel_type == "livechat")
        ]


class BtiChannel(models.Model):
    _inherit = "bti.channel"

    def _work(self):
        if self.kind == "messenger" and self._is_sending_allowed():
            # before anything is sent into these conversations
            self.env["discuss.channel"]._bti_take_control(self)
        return super()._work()


class BtiEvent(models.Model):
    _inherit = "bti.event"

    def _prepare_message_vals(self):
        return {**super()._prepare_message_vals(), "is_standby": bool(self._get_detail("standby"))}

    def _receive_events(self, events, text):
        """A conversation that another program holds is shown as such."""
        result = super()._receive_events(events, text)
        first = events[:1]
        if first._get_detail("history"):
            return result
        if first.addresses and (conversation := first.message_id.conversation_id):
            conversation._bti_set_held(bool(first._get_detail("standby")))
        return result


class BtiMessage(models.Model):
    _inherit = "bti.message"

    is_standby = fields.Boolean(
        string="Answered by Another Program",
        readonly=True,
        copy=False,
        help="Written while another program held the conversation.",
    )

    # === BUSINESS METHODS === #

    def _opens_conversation(self):
        # no machine of ours has answered: people see what was written
        return super()._opens_conversation() or self.is_standby

    def _is_held(self):
        """Whether another program answers who wrote this.

        :rtype: bool
        """
        self.ensure_one()
        return self.is_standby or self.conversation_id.bti_is_held
