from odoo import api, models
from odoo.exceptions import UserError
from odoo.http import request
from odoo.tools import email_normalize, html2plaintext

from ...tools.insert_or_find import insert_or_find

# Context key of a blacklist that follows the log. Its value is an object that no call from
# outside can name: nobody gets round the log by it.
FOLLOWS_KEY = "bti_blacklist_follows"
FOLLOWS = object()

# Odoo's own pages on which a client says that he wants no more of a mailing.
CLIENT_PATHS = ("/sms/", "/mailing/")


class BtiBlacklistMixin(models.AbstractModel):
    """What Odoo's two blacklists share: each change is written into the consent log."""

    _name = "bti.blacklist.mixin"
    _description = "Blacklist in Step with Consents"

    # === HOOKS === #

    @api.model
    def _bti_get_kind(self):
        """Hook: "sms" or "email", and the name of the field with the address.

        :rtype: tuple[str, str]
        """
        raise NotImplementedError

    @api.model
    def _bti_normalise(self, address):
        """Hook: the address as the blacklist stores it, or False.

        :rtype: str | bool
        """
        raise NotImplementedError

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Log whom this puts on the list. Two people who put the same address on it at the same
        moment meet at its unique index: core has looked, and could not see the other's row."""
        create = super().create

        def insert():
            return insert_or_find(self.env, lambda: None, lambda: create(vals_list))

        if self._bti_is_following():
            return insert()
        _kind, name = self._bti_get_kind()
        asked = [self._bti_normalise(vals.get(name)) for vals in vals_list]
        # those that exist already are reactivated by write, which logs them
        known = self.with_context(active_test=False).search(
            [(name, "in", list(filter(None, asked)))]
        )
        records = insert()
        (records - known).filtered("active")._bti_log(blocked=True)
        return records

    def write(self, vals):
        """Log whom this puts on the list or takes off it."""
        before = {record: record.active for record in self}
        result = super().write(vals)
        if "active" in vals and not self._bti_is_following():
            changed = self.filtered(lambda record: record.active != before[record])
            changed._bti_log(blocked=bool(vals["active"]))
        return result

    def unlink(self):
        """Log whom this takes off the list."""
        if not self._bti_is_following():
            self.filtered("active")._bti_log(blocked=False)
        return super().unlink()

    # === BUSINESS METHODS === #

    def _bti_follow(self, blocked, free):
        """Bring the list in step with the log, without telling the log again.

        :param set[str] blocked: addresses that must be on it
        :param set[str] free: addresses that must not
        """
        _kind, name = self._bti_get_kind()
        self = self.with_context(active_test=False, **{FOLLOWS_KEY: FOLLOWS})
        known = self.search([(name, "in", list(blocked | free))])
        known.filtered(lambda record: record[name] in blocked and not record.active).write(
            {"active": True}
        )
        known.filtered(lambda record: record[name] in free and record.active).write(
            {"active": False}
        )
        # a number that the numbering plan does not know yet is refused here; the log has it
        new = {address for address in blocked if self._bti_normalise(address) == address}
        self.create([{name: address} for address in sorted(new - set(known.mapped(name)))])

    @api.model
    def _bti_is_following(self):
        return self.env.context.get(FOLLOWS_KEY) is FOLLOWS

    def _bti_log(self, blocked):
        """Write the change into the log.

        :raise UserError: when somebody frees an address without saying why
        """
        if not self:
            return
        kind, name = self._bti_get_kind()
        origin = self._bti_get_origin()
        if not blocked and not origin["proof"]:
            raise UserError(
                self.env._(
                    "Only the client decides to receive offers again. Give as reason what he "
                    "said, or record his consent with its proof."
                )
            )
        self.env["bti.consent"]._record_blacklisting(kind, self.mapped(name), blocked, origin)

    @api.model
    def _bti_get_origin(self):
        """Where a change of the list comes from.

        :return: ``how``, ``proof``, ``ip``, ``user_agent`` for the consent log
        :rtype: dict
        """
        reason = self.env.context.get("bti_blacklist_reason")
        proof = html2plaintext(reason).strip() if reason else ""
        if not request:
            return {"how": "blacklist", "proof": proof}
        http = request.httprequest
        on_client_page = http.path.startswith(CLIENT_PATHS)
        if not on_client_page and self.env.user._is_internal():
            return {"how": "blacklist", "proof": proof}
        return {
            "how": "mailing_link" if on_client_page else "form",
            "proof": "\n".join(filter(None, (http.path, proof))),
            "ip": http.remote_addr,
            "user_agent": (http.user_agent.string or "")[:500],
            "lang": self.env.lang,
        }


class PhoneBlacklist(models.Model):
    _name = "phone.blacklist"
    _inherit = ["phone.blacklist", "bti.blacklist.mixin"]

    @api.model
    def _bti_get_kind(self):
        return "sms", "number"

    @api.model
    def _bti_normalise(self, address):
        return self.env.user._phone_format(number=address)

    def _add(self, numbers, message=None):
        """Keep the reason for the consent log."""
        return super(PhoneBlacklist, self.with_context(bti_blacklist_reason=message))._add(
            numbers, message=message
        )

    def _remove(self, numbers, message=None):
        """Keep the reason for the consent log; core reads the list with the context of
        ``self.env``, so that it comes along."""
        return super(PhoneBlacklist, self.with_context(bti_blacklist_reason=message))._remove(
            numbers, message=message
        )


class MailBlacklist(models.Model):
    _name = "mail.blacklist"
    _inherit = ["mail.blacklist", "bti.blacklist.mixin"]

    @api.model
    def _bti_get_kind(self):
        return "email", "email"

    @api.model
    def _bti_normalise(self, address):
        return email_normalize(address)

    def _add(self, email, message=None):
        """Keep the reason for the consent log."""
        return super(MailBlacklist, self.with_context(bti_blacklist_reason=message))._add(
            email, message=message
        )

    def _remove(self, email, message=None):
        """Keep the reason for the consent log."""
        return super(MailBlacklist, self.with_context(bti_blacklist_reason=message))._remove(
            email, message=message
        )
