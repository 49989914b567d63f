import logging
from dataclasses import dataclass

from odoo import api, fields, models
from odoo.fields import Domain

from ...gateways.base import (
    ChannelProblem,
    CredentialsError,
    PermanentError,
    PermissionMissing,
    TransientError,
    UnknownOutcome,
)
from ...gateways.meta.page_comments import GONE
from ..mixins.batch_job import BatchJob

_logger = logging.getLogger(__name__)

RECORD_TRIES = 5


@dataclass(frozen=True)
class Outcome:
    """What one try gave: the next ``state``, the network's ``ref`` of what was made, its words,
    and the ``problem`` of the whole Page, if it has one."""

    state: str
    ref: str = ""
    error: str = ""
    problem: ChannelProblem | None = None
    gone: bool = False


class BtiPageAction(models.Model):
    """One thing that we do to a comment, by the Page's job: never in the user's transaction.

    Only a public answer can be there twice: when nobody knows whether it was taken, it stays
    "unknown" until the network tells it, or somebody decides. The others may be repeated.
    """

    _name = "bti.page.action"
    _description = "Done to a Comment"
    _inherit = ["bti.retry.mixin"]
    _order = "id desc"
    _rec_name = "kind"
    _check_company_auto = True
    _given_up_states = ("failed", "canceled", "unknown")

    # === FIELDS === #

    comment_id = fields.Many2one(
        "bti.page.comment",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    kind = fields.Selection(
        [
            ("answer", "Answer in Public"),
            ("hide", "Hide"),
            ("unhide", "Show Again"),
            ("delete", "Delete"),
            ("like", "Like"),
            ("unlike", "Take the Like Back"),
        ],
        string="Action",
        required=True,
        readonly=True,
    )
    text = fields.Text(readonly=True)
    user_id = fields.Many2one("res.users", string="Asked By", readonly=True, ondelete="set null")
    rule_id = fields.Many2one(
        "bti.page.rule",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    external_id = fields.Char(
        string="Answer's ID",
        readonly=True,
        help="As the network names what was written.",
    )
    date_done = fields.Datetime(string="Done On", readonly=True)
    state = fields.Selection(
        [
            ("new", "To Do"),
            ("sending", "Being Done"),
            ("unknown", "Outcome Unknown"),
            ("done", "Done"),
            ("failed", "Failed"),
            ("canceled", "Canceled"),
        ],
        required=True,
        default="new",
        readonly=True,
        index=True,
    )

    _todo_idx = models.Index("(channel_id, next_try_at) WHERE state = 'new'")
    # two people who push a button at once
    _open_uniq = models.UniqueIndex(
        "(comment_id, kind, md5(COALESCE(text, ''))) WHERE state IN ('new', 'sending')",
        "This is being done already.",
    )
    _rule_uniq = models.UniqueIndex(
        "(comment_id, rule_id, kind) WHERE rule_id IS NOT NULL",
        "The rule has dealt with this comment already.",
    )

    # === ACTIONS === #

    def action_cancel(self):
        """Do not do what still waits."""
        self._bti_check_agent()
        # sudo: nobody writes these rows; the check above is the right to do this
        self.sudo().filtered(lambda action: action.state == "new").state = "canceled"

    # === BUSINESS METHODS: THE JOB === #

    @api.model
    def _process_channel(self, channel):
        """Do what waits: claim one row, commit, call the network, write, commit.

        :param bti.channel channel: the Page whose job this is
        """
        self._recover_interrupted(channel)
        self._give_up(channel)
        due = self._get_due_domain(channel)
        waiting = self.search_count(due)
        if not waiting or not channel._is_sending_allowed():
            return
        job = BatchJob(self.env, channel._wake)
        job.begin(waiting)
        page = channel._get_page()
        while job.goes_on:
            action = job.commit(self._claim_next, job, channel)
            if not action:
                job.end()
                return
            outcome = action._try_to_do(page)
            # what happened outside is not undone by a conflict: it is written in the end
            job.commit(action._apply, outcome, processed=1, tries=RECORD_TRIES)
            if outcome.problem:
                job.end()
                return

    @api.model
    def _recover_interrupted(self, channel):
        """Rows found in "sending": the process died between the call and its record."""
        interrupted = self.search(
            Domain("channel_id", "=", channel.id) & Domain("state", "=", "sending")
        )
        for action in interrupted:
            action.state = "new" if action._is_repeatable() else "unknown"

    @api.model
    def _claim_next(self, job, channel):
        """:return: the row that has waited longest and before which nothing else waits at its
        comment, in state "sending", or none"""
        due = self.search(self._get_due_domain(channel), order="id", limit=50)
        earlier = self.search(due._get_same_domain() & Domain("state", "=", "new"), order="id")
        first = {}
        for action in earlier:
            first.setdefault(action._get_subject(), action)
        ready = due.filtered(lambda action: first.get(action._get_subject()) == action)
        action = ready.try_lock_for_update()[:1]
        if ready and not action:
            job.wake_for_locked()
        action.state = "sending"
        return action

    def _get_same_domain(self):
        """Hook: all that is done to what these rows are about.

        :rtype: Domain
        """
        return Domain("comment_id", "in", self.comment_id.ids)

    def _get_subject(self):
        """Hook: the record to which this is done, or that it makes."""
        self.ensure_one()
        return self.comment_id

    def _is_repeatable(self):
        """Hook: whether doing it twice is the same as doing it once."""
        self.ensure_one()
        return self.kind != "answer"

    def _is_deletion(self):
        """Hook: whether it is done when what it is about is not there any more."""
        self.ensure_one()
        return self.kind == "delete"

    @api.model
    def _give_up(self, channel):
        """Hook: give up what waits and must not be done any more.

        :param bti.channel channel: the Page
        """

    def _try_to_do(self, page):
        """Call the network. Writes nothing.

        :param Page page: of the channel
        :rtype: Outcome
        """
        self.ensure_one()
        lost = "new" if self._is_repeatable() else "unknown"
        try:
            return Outcome("done", ref=self._call(page) or "")
        except UnknownOutcome as error:
            return Outcome(lost, error=error.detail, problem=error.problem)
        except PermissionMissing as error:
            # of this act only: messages of the Page may go all the same
            return Outcome("failed", error=error.detail)
        except (CredentialsError, TransientError) as error:
            return Outcome("new", error=error.detail, problem=error.problem)
        except PermanentError as error:
            gone = error.code == GONE
            done = gone and self._is_deletion()
            return Outcome("done" if done else "failed", error=error.detail, gone=gone)
        except Exception as error:  # one poisonous row must not hold up the others
            _logger.exception("Action %s on a comment failed", self.id)
            state = "unknown" if lost == "unknown" else "failed"
            return Outcome(state, error=f"{type(error).__name__}: {error}"[:500])

    def _call(self, page):
        """Hook: :param Page page: of the channel
        :return: the network's id of what was made, if anything was
        """
        ref = self.comment_id.external_id
        if self.kind == "answer":
            return page.comments.answer(ref, self.text or "")
        return getattr(page.comments, self.kind)(ref)

    def _apply(self, outcome):
        """Write what became of it.

        :param Outcome outcome: of the try
        """
        self.ensure_one()
        channel, blocked_until = self.channel_id, None
        done = outcome.state == "done"
        if outcome.problem:
            blocked_until = channel._set_problem(outcome.problem, outcome.error)
        elif done and channel.problem:
            channel._clear_problem()
        if outcome.gone:
            self._note_gone()
        if outcome.state == "new":
            self._put_back(outcome.error, blocked_until)
            return
        self.write(
            {
                "state": outcome.state,
                "error": False if done else outcome.error,
                "tries": self.tries + 1,
            }
        )
        if done:
            self._settle(outcome.ref)

    def _put_back(self, error, blocked_until):
        """Do it later.

        :param str error: the network's words
        :param datetime blocked_until: when the whole Page is tried again, None when it is not the
            Page
        """
        self.state = "new"
        if blocked_until:
            self.next_try_at = blocked_until
        else:
            self._postpone()
        self.error = error

    def _settle(self, ref=""):
        """It is done: what it is about says so.

        :param str ref: the network's id of what was made
        """
        self.ensure_one()
        now = fields.Datetime.now()
        self.write(
            {
                "state": "done",
                "date_done": now,
                "error": False,
                "external_id": ref or False,
            }
        )
        self._note_done(ref, now)

    def _note_done(self, ref, now):
        """Hook: write down at its record what was done.

        :param str ref: the network's id of what was made
        :param datetime now: when
        """
        comment = self.comment_id
        if self.kind == "answer":
            comment.is_answered = True
            comment._note_own_answer(ref, self.text)
        elif self.kind in ("hide", "unhide"):
            comment._set_hidden(self.kind == "hide", now)
        elif self.kind == "delete":
            comment._note_gone()
        else:
            comment.is_liked = self.kind == "like"

    def _note_gone(self):
        """Hook: the network knows what it is about no longer."""
        self.comment_id._note_gone()


class BtiPageComment(models.Model):
    """What the network tells about what was done."""

    _inherit = "bti.page.comment"

    # === BUSINESS METHODS === #

    def _note_gone(self):
        """The network knows the comment no longer."""
        if not self.date_removed:
            self.date_removed = fields.Datetime.now()

    def _settle_unknown(self):
        result = super()._settle_unknown()
        unknown = self.env["bti.page.action"].search(
            Domain("channel_id", "=", self.channel_id.id)
            & Domain("kind", "=", "answer")
            & Domain("state", "=", "unknown")
            & Domain("text", "=", self.text)
            & (
                Domain("comment_id", "=", self.parent_id.id)
                | Domain("comment_id.post_id", "=", self.post_id.id or -1)
            ),
            order="id",
            limit=1,
        )
        if unknown:
            unknown._settle(self.external_id)
        return result
