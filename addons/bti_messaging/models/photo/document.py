from odoo import fields, models
from odoo.exceptions import AccessError, UserError


class BtiPhotoMixin(models.AbstractModel):
    """A document with a chatter to which a client can send photos by a link.

    A model inherits this mixin beside ``mail.thread`` and shows ``action_bti_ask_photos`` and
    ``bti_photo_link_count`` in its form.
    """

    _name = "bti.photo.mixin"
    _description = "Document with Photos by Link"

    bti_photo_link_count = fields.Integer(
        string="Photo Links",
        compute="_compute_bti_photo_link_count",
        groups="bti_messaging.group_messaging_user",
    )

    def _compute_bti_photo_link_count(self):
        counts = dict(
            self.env["bti.photo.link"]._read_group(
                [("res_model", "=", self._name), ("res_id", "in", self.ids)],
                ["res_id"],
                ["__count"],
            )
        )
        for document in self:
            document.bti_photo_link_count = counts.get(document._origin.id, 0)

    # === ACTIONS === #

    def action_bti_ask_photos(self):
        """Ask the client by SMS to send photos of this document."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Ask for Photos"),
            "res_model": "bti.photo.ask",
            "view_mode": "form",
            "target": "new",
            "context": {"default_res_model": self._name, "default_res_id": self.id},
        }

    def action_bti_view_photo_links(self):
        """Show the photo links of this document."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "bti_messaging.bti_photo_link_action"
        )
        domain = [("res_model", "=", self._name), ("res_id", "=", self.id)]
        return {**action, "domain": domain, "context": {}}

    # === HOOKS === #

    def _bti_get_photo_document(self):
        """Hook: where the photos go now, when something else has taken this document's place."""
        self.ensure_one()
        return self

    # === BUSINESS METHODS === #

    def _bti_check_photos(self):
        """:raise AccessError: the user may not write about these documents"""
        self.check_access("write")
        if not self.env.user.has_group("bti_messaging.group_messaging_user"):
            raise AccessError(self.env._("Only messaging agents may do this."))

    def _bti_make_photo_link(self, **vals):
        """Make a link for the client of this document.

        :param vals: other values than the usual ones
        :return: the link, as superuser
        :rtype: bti.photo.link
        """
        self.ensure_one()
        self._bti_check_photos()
        company = self._mail_get_companies(default=self.env.company)[self.id]
        partner = self._bti_notify_partner()
        number = vals.get("number") or self._bti_notify_number()
        if not number:
            raise UserError(
                self.env._("The client has no mobile number to which the link could be sent.")
            )
        # sudo: links are the system's, the check above is the right to have one made
        return (
            self.env["bti.photo.link"]
            .sudo()
            .create(
                {
                    "company_id": company.id,
                    "res_model": self._name,
                    "res_id": self.id,
                    "document_name": self.display_name,
                    "partner_id": partner.id,
                    "lang": partner.lang,
                    "user_id": self._bti_get_photo_reader().id,
                    "expires_on": fields.Datetime.add(
                        fields.Datetime.now(), days=company.sudo().photo_link_days
                    ),
                    **vals,
                    "number": number,
                }
            )
        )

    def _bti_get_photo_reader(self):
        """:return: who looks at the photos: the responsible where he may, else who asks"""
        self.ensure_one()
        user = self._bti_notify_responsible()
        may = user and user.active and self.with_user(user).sudo(False).has_access("read")
        return user if may else self.env.user


class ResPartner(models.Model):
    _name = "res.partner"
    _inherit = ["res.partner", "bti.photo.mixin"]

    def _bti_complete_text(self, text, addresses):
        text = super()._bti_complete_text(text, addresses)
        return self.env["bti.photo.link"]._sign_links(text, addresses)
