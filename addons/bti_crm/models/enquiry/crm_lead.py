from odoo import api, fields, models

from odoo.addons.bti_messaging.tools.plural import listed


class CrmLead(models.Model):
    _name = "crm.lead"
    _inherit = ["crm.lead", "bti.site.mixin"]

    need_ids = fields.One2many("bti.need", "lead_id", string="Needs", copy=True)
    need_summary = fields.Char("Wanted", compute="_compute_need_summary")

    # a part of a number, typed to find whose it is
    _phone_sanitized_trgm_idx = models.Index(
        lambda registry: "USING gin (phone_sanitized gin_trgm_ops)" if registry.has_trigram else ""
    )

    # === COMPUTE METHODS === #

    @api.depends("need_ids.label", "need_ids.pieces", "need_ids.sequence")
    @api.depends_context("lang")
    def _compute_need_summary(self):
        for lead in self:
            lead.need_summary = lead.need_ids._summarize()

    @api.onchange("phone")
    def _onchange_phone_find_client(self):
        """Recognise the client who calls. Between several clients the rep decides."""
        if not self.phone or self.partner_id:
            return None
        numbers = [number.e164 for number in self._bti_read_numbers(self.phone)]
        partners = (
            self.env["res.partner"].search([("phone_numbers", "in", numbers)], limit=6)
            if numbers
            else None
        )
        if not partners:
            return None
        if len(partners) == 1:
            self.partner_id = partners
            message = self.env._("This is the number of %(client)s.", client=partners.display_name)
        else:
            message = self.env._(
                "This number belongs to several contacts, choose one: %(clients)s.",
                clients=listed(self.env, partners.mapped("display_name")),
            )
        return {
            "warning": {
                "title": self.env._("Known client"),
                "message": message,
                "type": "notification",
            }
        }

    # === CRUD METHODS === #

    @api.model
    def default_get(self, fields):
        """An enquiry taken by a rep came by phone unless he says otherwise."""
        values = super().default_get(fields)
        if self.env.context.get("bti_enquiry") and "source_id" in fields:
            source = self.env.ref("bti_crm.source_phone", raise_if_not_found=False)
            if source:
                values.setdefault("source_id", source.id)
        return values

    @api.model_create_multi
    def create(self, vals_list):
        """Name an enquiry after the person who makes it when nobody took the time to."""
        return super().create(
            [
                vals if vals.get("name") else {**vals, **self._prepare_enquiry_name(vals)}
                for vals in vals_list
            ]
        )

    @api.model
    def message_new(self, msg_dict, custom_values=None):
        """An enquiry that arrives by e-mail says so."""
        source = self.env.ref("bti_crm.source_email", raise_if_not_found=False)
        defaults = {"source_id": source.id} if source else {}
        return super().message_new(msg_dict, custom_values={**defaults, **(custom_values or {})})

    @api.model
    def _prepare_enquiry_name(self, vals):
        """Return the ``name`` of a lead from its values, empty when nothing tells who asks."""
        partner = self.env["res.partner"].browse(vals.get("partner_id"))
        person = (
            partner.name
            or vals.get("contact_name")
            or vals.get("partner_name")
            or vals.get("phone")
            or vals.get("email_from")
        )
        return {"name": self.env._("Enquiry of %(person)s", person=person)} if person else {}

    # === ACTION METHODS === #

    def action_register_enquiry(self):
        """Close the enquiry form and say that it is kept."""
        self.ensure_one()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("%(enquiry)s is registered.", enquiry=self.name),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def action_register_and_open(self):
        """Keep the enquiry and go on in the full form."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
        }

    def action_register_and_new(self):
        """Keep the enquiry and take the next one."""
        return self.env["ir.actions.act_window"]._for_xml_id("bti_crm.action_new_enquiry")

    def action_site_from_client(self):
        """Deliver to the address of the client."""
        for lead in self:
            city = lead.partner_id.city_id
            lead.write(
                {
                    "site_street": " ".join(filter(None, [lead.street, lead.street2])),
                    "site_city_id": city.id,
                    "site_state_id": (city.state_id or lead.state_id).id,
                }
            )

    # === MERGE === #

    def _merge_dependences(self, opportunities):
        """Move the needs as well; each of them keeps the site that it was going to."""
        result = super()._merge_dependences(opportunities)
        for opportunity in opportunities:
            needs = opportunity.need_ids
            if not self.need_ids and not self._has_site():
                self.write(opportunity._get_site_values())
            elif opportunity._get_site_values() != self._get_site_values():
                needs.has_own_site = True
            needs.lead_id = self
        return result
