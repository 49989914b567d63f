import logging

from odoo import api, models
from odoo.fields import Domain

from ...gateways.charset import clean
from ...tools.insert_or_find import insert_or_find
from ...tools.readers import in_language_of
from ..mixins.batch_job import isolated

_logger = logging.getLogger(__name__)

# Older recommendations are stars: so many of five are none.
FEW_STARS = 2


class BtiPageComment(models.Model):
    """What the network tells of a comment, in any order and more than once."""

    _inherit = "bti.page.comment"

    # === BUSINESS METHODS: FACTS === #

    @api.model
    def _note(self, event):
        """Take one fact down; what is removed before it was told stays removed.

        :param bti.event event: of the kind "comment"
        :return: the comment
        """
        comment = self._find_or_create(event)
        note = getattr(comment, f"_note_{event.status}", None)
        if note:
            note(event)
        return comment

    @api.model
    def _find_or_create(self, event):
        key = {"channel_id": event.channel_id.id, "external_id": event.ref}
        domain = Domain.AND(Domain(name, "=", value) for name, value in key.items())
        # nobody follows what the network tells, and its creation is no news
        quiet = self.with_context(mail_create_nolog=True, mail_create_nosubscribe=True)
        return insert_or_find(
            self.env,
            lambda: self.search(domain, limit=1),
            lambda: quiet.create({**key, **self._prepare_vals(event)}).with_env(self.env),
        )

    @api.model
    def _prepare_vals(self, event):
        """Hook: values of a comment that are told with any fact about it.

        :param bti.event event: of the kind "comment"
        """
        told = event.payload or {}
        item = told.get("item")
        known_items = dict(self._fields["item"].selection)
        return {
            "item": item if item in known_items else "comment",
            "post_id": self._find_post(event, told).id,
            "parent_ref": event.target or False,
            "parent_id": self._find_by_ref(event.channel_id, event.target).id,
            "identity_id": event._get_person().id,
            "author_id": event.sender or False,
            "author_name": event._get_detail("name") or False,
            "is_own": event.outgoing,
            "date": event.occurred_at,
            "permalink": told.get("permalink_url"),
            "recommendation": _read_recommendation(told),
        }

    @api.model
    def _find_post(self, event, told):
        vals = {}
        if told.get("item") in ("post", "review"):
            # its text is that of the comment
            vals = {
                "text": event._get_content().text,
                "date": event.occurred_at,
                "is_visitor": True,
                "permalink": told.get("permalink_url"),
                "state": "done" if event.status == "added" else "new",
            }
        return self.env["bti.page.post"]._find_or_create(
            event.channel_id, told.get("post_id"), **vals
        )

    @api.model
    def _find_by_ref(self, channel, ref):
        """:return: the comment that the network names so, or none"""
        if not ref:
            return self.browse()
        return self.search(
            Domain("channel_id", "=", channel.id) & Domain("external_id", "=", ref),
            limit=1,
        )

    def _note_added(self, event):
        """The comment itself; told again, it changes nothing."""
        if self.is_told:
            return
        content = event._get_content()
        vals = {
            **{name: value for name, value in self._prepare_vals(event).items() if value},
            "is_told": True,
            "content": {name: v for name, v in (event.content or {}).items() if name != "text"}
            or False,
        }
        if self.date_edited:  # its change was faster
            vals["former_texts"] = [content.text, *(self.former_texts or [])]
        else:
            vals["text"] = content.text
        self.write(vals)
        self._join_thread()
        self._handle_safely(self._expect_files)
        self._handle_safely(self._apply_rules)
        self._handle_safely(self._ask_for_care)

    def _note_edited(self, event):
        """Its author has changed it: the former text is kept; a late change changes nothing."""
        if self.is_erased or (self.date_edited and event.occurred_at < self.date_edited):
            return
        text, former = event._get_content().text, self.text or ""
        if text == former:
            return
        vals = {"text": text, "date_edited": event.occurred_at}
        if self.is_told:
            vals["former_texts"] = [*(self.former_texts or []), former]
        self.write(vals)
        if self.is_told:
            readers = self._for_readers()
            readers._message_log(
                body=readers.env._(
                    "The author has changed the comment. Before: %(text)s", text=former
                )
            )

    def _note_removed(self, event):
        if not self.date_removed:
            self.date_removed = event.occurred_at

    def _note_hidden(self, event):
        self._set_hidden(True, event.occurred_at)

    def _note_unhidden(self, event):
        self._set_hidden(False, event.occurred_at)

    def _set_hidden(self, hidden, moment):
        """:param bool hidden: as it is since ``moment``"""
        self.ensure_one()
        if not self.hidden_date or moment >= self.hidden_date:
            self.write({"is_hidden": hidden, "hidden_date": moment})

    # === BUSINESS METHODS: THE THREAD === #

    def _join_thread(self):
        """Tie what was told before it, and see whether it is, or has, an answer of ours."""
        self.ensure_one()
        waiting = self.search(
            Domain("channel_id", "=", self.channel_id.id)
            & Domain("parent_ref", "=", self.external_id)
            & Domain("parent_id", "=", False)
            & Domain("id", "!=", self.id)
        )
        waiting.parent_id = self
        if self.is_own:
            self.parent_id.is_answered = True
            self._settle_unknown()
        elif any(self.child_ids.mapped("is_own")):
            self.is_answered = True

    def _note_own_answer(self, ref, text):
        """Show our own answer at once; the network tells it too.

        :param str ref: its id there
        """
        self.ensure_one()
        if not ref or self._find_by_ref(self.channel_id, ref):
            return
        channel = self.channel_id
        self.with_context(mail_create_nolog=True, mail_create_nosubscribe=True).create(
            {
                "channel_id": channel.id,
                "external_id": ref,
                "item": "comment",
                "post_id": self.post_id.id,
                "parent_id": self.id,
                "parent_ref": self.external_id,
                "author_id": channel.external_id,
                "author_name": channel.name,
                "is_own": True,
                "is_told": True,
                "text": text,
            }
        )

    # === HOOKS === #

    def _settle_unknown(self):
        """Hook: this answer of ours stands there: it may be one whose outcome nobody knew."""

    def _expect_files(self):
        """Hook: have the pictures and videos of the comment fetched."""

    def _apply_rules(self):
        """Hook: do what the rules say about a new comment."""

    def _ask_for_care(self):
        """Hook: have somebody look after an author who is unhappy."""

    # === BUSINESS METHODS: SAFETY === #

    def _handle_safely(self, handle, *args):
        """Call one step; its fault is noted and undoes neither the comment nor other steps.

        :return: what it returns, or None if it failed
        """
        self.ensure_one()
        with isolated(self.env.cr, self._note_fault, handle):
            return handle(*args)
        return None

    def _note_fault(self, handle, error):
        _logger.warning("Comment %s: %s failed", self.id, handle, exc_info=error)
        self.fault = clean(f"{error}"[:500]) or type(error).__name__

    def _for_readers(self):
        """:return: the same in the language of the people who read the notes"""
        self.ensure_one()
        return in_language_of(self, self.company_id)


def _read_recommendation(told):
    """:param dict told: of a fact
    :return: "positive", "negative", or None when it is no recommendation
    """
    words = told.get("recommendation_type")
    stars = str(told.get("rating") or "")
    if words or not stars.isdecimal():
        return words
    return "negative" if int(stars[:2]) <= FEW_STARS else "positive"
