from markupsafe import Markup

from odoo import api, models
from odoo.tools import plaintext2html

from odoo.addons.mail.tools.discuss import Store

# What shows a place on a map, for whoever clicks.
MAP_URL = "https://www.openstreetmap.org/?mlat=%(latitude)s&mlon=%(longitude)s#map=16/%(latitude)s/%(longitude)s"

# What was said and does not hold any more.
STRUCK = '<div class="text-muted small text-decoration-line-through">%s</div>'


class DiscussChannel(models.Model):
    """What is not a text in a conversation: places, contacts, quotations, changes, reactions."""

    _inherit = "discuss.channel"

    # === BUSINESS METHODS === #

    def _bti_post_inbound(self, message):
        """Post what the correspondent wrote, in his name.

        :param bti.message message: an inbound one
        :rtype: mail.message
        """
        self.ensure_one()
        return self._bti_as_visitor().message_post(
            body=message._get_html(),
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            parent_id=message.reply_to_id.mail_message_id.id or False,
            # of what is answered by mail: nobody answers a conversation so, and a batch of
            # messages need not look it up for each
            reply_to=False,
            record_alias_domain_id=False,
            record_company_id=message.company_id.id,
        )

    def _bti_post_elsewhere(self, message):
        """Post what was answered in the network's own program, for the agents to read.

        :param bti.message message: one that was written elsewhere
        :rtype: mail.message
        """
        self.ensure_one()
        # sudo: told by the system
        return self.sudo().message_post(
            author_id=self.bti_company_id.partner_id.id,
            body=Markup("<p><em>%s</em></p>%s")
            % (self.env._("Answered elsewhere:"), message._get_html()),
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            parent_id=message.reply_to_id.mail_message_id.id or False,
        )

    def _bti_as_visitor(self):
        """:return: the conversation as the correspondent has it: the public user with the guest in
        the context is how Odoo knows the visitor, any other user would become the author"""
        guest = self.sudo().bti_identity_id.guest_id  # sudo: guests are the system's
        # sudo: the public user has no right on conversations
        return self.with_user(self.env.ref("base.public_user")).with_context(guest=guest).sudo()

    def _bti_show_again(self, posted, names=("body",)):
        """Show a message that has changed to whoever has the conversation open.

        :param mail.message posted: as superuser
        :param names: of its fields
        """
        attributes = [
            Store.Many("attachment_ids", sort="id") if name == "attachment_ids" else name
            for name in names
        ]
        Store(bus_channel=posted._bus_channel()).add(posted, attributes).bus_send()


class BtiMessage(models.Model):
    """A message as it is shown in its conversation."""

    _inherit = "bti.message"

    # === BUSINESS METHODS === #

    def _get_html(self):
        """:return: what the message says, its files left out, as HTML
        :rtype: Markup
        """
        self.ensure_one()
        message = self.with_context(lang=self._get_reader_lang())
        content = message._get_content()
        parts = [plaintext2html(content.text)] if content.text else []
        if content.location:
            parts.append(message._get_location_html(content.location))
        parts += [message._get_contact_html(contact) for contact in content.contacts]
        if content.unsupported or not (parts or content.media):
            parts.append(
                Markup("<p><em>%s</em></p>")
                % message.env._("The network does not hand over what was sent.")
            )
        return Markup().join(parts)

    @api.model
    def _get_location_html(self, location):
        """:param Location location: a place
        :rtype: Markup
        """
        name = ", ".join(filter(None, (location.name, location.address)))
        figures = f"{location.latitude:.5f}, {location.longitude:.5f}"
        url = MAP_URL % {"latitude": location.latitude, "longitude": location.longitude}
        return Markup(
            '<p><span class="fa fa-map-marker"></span> '
            '<a href="%s" target="_blank" rel="noreferrer noopener">%s</a></p>'
        ) % (url, name or figures)

    @api.model
    def _get_contact_html(self, contact):
        """:param SharedContact contact: somebody's name and numbers
        :rtype: Markup
        """
        return Markup('<p><span class="fa fa-user"></span> %s</p>') % " · ".join(
            filter(None, (contact.name, *contact.phones))
        )

    def _get_former_html(self):
        """:return: what the message said before it was changed, struck out, the first text first
        :rtype: Markup
        """
        self.ensure_one()
        return Markup().join(
            Markup(STRUCK) % plaintext2html(text) for text in self.former_texts or [] if text
        )

    def _show_elsewhere(self):
        result = super()._show_elsewhere()
        conversation = self.env["discuss.channel"]._bti_get_conversation(
            self.channel_id, self.identity_id
        )
        if conversation:
            posted = conversation._bti_post_elsewhere(self)
            self.write({"conversation_id": conversation.id, "mail_message_id": posted.id})
        return result

    def _tell_change(self, change):
        super()._tell_change(change)
        if not self.conversation_id or not self.mail_message_id:
            return
        message = self.with_context(lang=self._get_reader_lang())
        # sudo: what was said is changed by the program only, when its author changes it
        posted = self.sudo().mail_message_id
        if change == "edited":
            posted.body = Markup('%s%s<span class="o-mail-Message-edited"></span>') % (
                self._get_html(),
                self._get_former_html(),
            )
        else:
            posted.body = Markup("<div><em>%s</em></div>%s") % (
                message.env._("Withdrawn by its author:"),
                Markup(STRUCK) % self._get_html(),
            )
        self.conversation_id._bti_show_again(posted)

    def _tell_reaction(self, former):
        super()._tell_reaction(former)
        if not self.conversation_id or not self.mail_message_id:
            return
        # sudo: as above
        posted, guest = self.sudo().mail_message_id, self.sudo().identity_id.guest_id
        nobody = self.env["res.partner"]
        for emoji, action in ((former, "remove"), (self.reaction, "add")):
            if emoji:
                posted._message_reaction(emoji, action, nobody, guest)
