import hashlib
import secrets

from odoo import api, models

from ...tools import imprint
from .blacklist_mixin import FOLLOWS, FOLLOWS_KEY
from .state import BLACKLISTS, IMPRINT_KEY


class BtiConsent(models.Model):
    """A person is forgotten; that he refused is not."""

    _inherit = "bti.consent"

    def _is_erased(self):
        self.ensure_one()
        return imprint.is_imprint(self.address)

    def _erase(self):
        """Replace addresses by their imprints and proofs by their checksums.

        The states still hold for who types the address again; a proof that somebody else
        kept can still be compared.
        """
        self._ensure_imprint_key()
        todo = self.filtered(lambda consent: not consent._is_erased())
        imprints = self._get_imprints(set(todo.mapped("address")))
        for consent in todo:
            proof = (consent.proof or "").encode("utf-8", "surrogatepass")
            consent._write_once(
                {
                    "address": imprints[consent.address],
                    "partner_id": False,
                    "proof": f"sha256:{hashlib.sha256(proof).hexdigest()}",
                    "proof_file": False,
                    "proof_filename": False,
                    "message_id": False,
                    "ip": False,
                    "user_agent": False,
                }
            )
        self._forget_blacklisted(set(imprints))
        return todo

    @api.model
    def _forget_blacklisted(self, addresses):
        """Take erased addresses off Odoo's blacklists: the imprints refuse for them. One that
        another company still knows stays."""
        self.flush_model()
        known = set(self.search([("address", "in", list(addresses))]).mapped("address"))
        for model, name in BLACKLISTS.values():
            # sudo: the erasure includes lists that its user may not edit by hand
            blacklist = (
                self.env[model].sudo().with_context(active_test=False, **{FOLLOWS_KEY: FOLLOWS})
            )
            blacklist.search([(name, "in", list(addresses - known))]).unlink()

    @api.model
    def _ensure_imprint_key(self):
        # sudo: the key never leaves the server
        parameters = self.env["ir.config_parameter"].sudo()
        if not parameters.get_param(IMPRINT_KEY):
            parameters.set_param(IMPRINT_KEY, secrets.token_hex(32))
