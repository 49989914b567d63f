from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.bti_messaging.tools import photo_types


class StockPicking(models.Model):
    """A load is handed over: who took it, his signature, photos of what was unloaded.

    Drivers only read their loads, so what proves a delivery comes in by :meth:`_record_proof`,
    whichever page it was taken on.
    """

    _inherit = "stock.picking"

    received_by = fields.Char(
        "Received by",
        readonly=True,
        copy=False,
        help="Who took the goods on site, as the driver typed it.",
    )
    map_url = fields.Char(
        "Map",
        compute="_compute_map_url",
        # who may see the load finds its site, and its client is no secret to him
        compute_sudo=True,
        help="The site on a map, by its position or its address.",
    )

    # === COMPUTE METHODS === #

    def _compute_map_url(self):
        for picking in self:
            picking.map_url = picking.partner_id._get_map_url()

    # === ACTION METHODS === #

    def action_ask_next_stage(self):
        """Move deliveries one stage on, as :meth:`action_next_stage`, and ask for what it needs.

        A single delivery that lacks its proof is signed and photographed first. With
        ``confirm_hand_over`` in the context, as on the screens of a driver, whatever hands the
        goods over is confirmed with the names of client and load.

        :return: the dialog, or True when there was nothing to ask
        """
        target = self.env["bti.delivery.stage"].browse(self.env.context.get("target_stage_id", []))
        if len(self) == 1:
            stage = target or self.next_stage_id
            if stage and stage._is_after(self.stage_id) and self._is_hand_over_asked(stage):
                return self._get_hand_over_action(stage)
        return self.action_next_stage()

    def action_open_map(self):
        """Open the site on a map."""
        self.ensure_one()
        # the address is found as superuser: a method asks no right by itself
        self.check_access("read")
        if not self.map_url:
            raise UserError(self.env._("The site of this load has no address yet."))
        return {"type": "ir.actions.act_url", "url": self.map_url, "target": "new"}

    # === BUSINESS METHODS === #

    def _is_hand_over_asked(self, stage):
        """Tell whether a stage is entered by a dialog.

        :param stage: ``bti.delivery.stage`` after the present one
        :rtype: bool
        """
        self.ensure_one()
        if stage.needs_proof and not self._has_delivery_proof():
            return True
        final = stage.validates_transfer or stage.kind == "delivered"
        return bool(final and self.env.context.get("confirm_hand_over"))

    def _get_hand_over_action(self, stage):
        """Open the dialog in which a load is handed over.

        :param stage: ``bti.delivery.stage`` that the load enters with it
        :rtype: dict
        """
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("bti_sales.hand_over_action")
        # the title of the dialog says what the button will do
        return {
            **action,
            "name": stage.name,
            "context": {"default_picking_id": self.id, "default_stage_id": stage.id},
        }

    def _record_proof(self, signature=False, received_by="", photos=None):
        """Keep what proves that the client took the load.

        The one way in for every page on which a proof is taken: the caller hands over photos that
        are the user's own.

        :param signature: image in base64, or False
        :param str received_by: name of who took the goods
        :param photos: ``ir.attachment`` that belong to no document yet, or None
        :raise AccessError: when the user may not move this load
        :raise UserError: when the load is signed already, or a file is no photo
        """
        self.ensure_one()
        self._check_stage_access()
        # sudo: drivers read their loads only; who may move them was just checked
        load = self.sudo()
        if signature and load.signature:
            raise UserError(
                self.env._(
                    "Delivery %(name)s is signed already: a signature stays.",
                    name=self.name,
                )
            )
        # before the signature: Odoo's signed slip names who took the goods
        if received_by and received_by.strip():
            load.received_by = received_by.strip()
        if signature:
            load.signature = signature
        if photos:
            self._attach_proof_photos(photos.sudo())

    def _attach_proof_photos(self, photos):
        """Make photos files of this load, in one note.

        :param photos: ``ir.attachment`` as superuser
        :raise UserError: when a file is no photo
        """
        for photo in photos:
            mimetype = photo_types.read_type(photo.raw or b"") or ""
            if not mimetype.startswith("image/"):
                raise UserError(
                    self.env._("“%(file)s” is no photo: take another one.", file=photo.name)
                )
        photos.write({"res_model": self._name, "res_id": self.id})
        # sudo: a driver reads his loads only
        self.sudo()._message_log(
            body=self.env._("Photos of the delivery"),
            author_id=self.env.user.partner_id.id,
            attachment_ids=photos.ids,
        )
