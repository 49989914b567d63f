from collections import defaultdict
from dataclasses import dataclass

from odoo import api, models
from odoo.tools import get_lang

from ...const import FAILURE_TO_SMS_FAILURE_TYPE
from ...gateways.sms import numbers
from ...tools import campaign_text

# Core looks for links by one condition each.
LINKS_AT_ONCE = 100


@dataclass
class Recipient:
    """One recipient of a campaign on his way to a message.

    ``failure`` is a failure type of ``mailing.trace``; ``pattern`` and ``opt_out`` are texts with
    marks (``tools.campaign_text``); ``vals`` are values of his ``bti.message``.
    """

    res_id: int
    number: str = ""
    partner_id: int = 0
    failure: str = ""
    pattern: str = ""
    opt_out: str = ""
    vals: dict | None = None


class MailingMailing(models.Model):
    """Who receives a campaign, and which text: the same for the estimate and for the run."""

    _inherit = "mailing.mailing"

    # === WHO === #

    def _get_recipients_of(self, records, seen=frozenset()):
        """Sort out some recipients, in a fixed number of queries.

        :param BaseModel records: of the model ``mailing_model_real``
        :param set[str] seen: numbers that already have a message of this campaign
        :return: one per record, in their order
        :rtype: list[Recipient]
        """
        self.ensure_one()
        recipients = self._read_numbers(records)
        found = {recipient.number for recipient in recipients if not recipient.failure}
        refused = self._get_refused_numbers(sorted(found)) if found else set()
        opted_out = self._get_opted_out_ids(records)
        done = set(seen)
        for recipient in recipients:
            if recipient.failure:
                continue
            if recipient.number in refused:
                recipient.failure = "sms_blacklist"
            elif recipient.res_id in opted_out:
                recipient.failure = "sms_optout"
            elif recipient.number in done:
                recipient.failure = "sms_duplicate"
            done.add(recipient.number)
        return recipients

    @api.model
    def _read_numbers(self, records):
        """:return: recipients with number and contact, or why there is no number
        :rtype: list[Recipient]
        """
        infos = {}
        known = records.browse()
        if isinstance(records, self.pool["mail.thread.phone"]):
            records.fetch(["phone_sanitized"])
            known = records.filtered("phone_sanitized")
            infos = {record.id: (record.phone_sanitized, "") for record in known}
        if others := records - known:
            for res_id, info in others._sms_get_recipients_info().items():
                infos[res_id] = (info["sanitized"] or "", info["number"] or "")
        partners = records._mail_get_partners() if hasattr(records, "_mail_get_partners") else {}
        result = []
        for record in records:
            sanitized, raw = infos[record.id]
            recipient = Recipient(
                record.id,
                number=sanitized or raw,
                partner_id=partners[record.id][:1].id if partners.get(record.id) else 0,
            )
            number = numbers.analyse(sanitized) if sanitized else None
            if number:
                recipient.number = number.e164
                recipient.failure = "" if number.mobile else "sms_not_mobile"
            else:
                problem = "format" if recipient.number else "missing"
                recipient.failure = f"sms_number_{problem}"
            result.append(recipient)
        return result

    # === WHAT === #

    def _write_texts(self, recipients, short_urls=None):
        """Give each recipient who gets a message its pattern. What is the same for all of a
        language is done once; links are shortened once per run.

        :param list[Recipient] recipients: those without a failure
        :param dict[str, str] short_urls: links shortened so far in this run, completed here;
            None for an estimate, which creates none
        """
        self.ensure_one()
        estimate = short_urls is None
        by_id = {recipient.res_id: recipient for recipient in recipients}
        texts = defaultdict(list)
        for _lang, source, ids in self._get_sources([*by_id]):
            if campaign_text.has_placeholder(source):
                rendered = self.env["mail.render.mixin"]._render_template(
                    source, self.mailing_model_real, ids
                )
                for res_id, text in rendered.items():
                    texts[text].append(res_id)
            else:
                texts[source] += ids
        base_url = self.get_base_url()
        urls = dict.fromkeys(
            url for text in texts for url in campaign_text.find_links(text, base_url)
        )
        if estimate:
            short_urls = dict.fromkeys(urls, f"{base_url}/r/xxx")
        elif new := [url for url in urls if url not in short_urls]:
            values = self._get_link_tracker_values()
            # sudo: the run writes links for whoever sends the campaign
            trackers = self.env["link.tracker"].sudo()
            for start in range(0, len(new), LINKS_AT_ONCE):
                part = new[start : start + LINKS_AT_ONCE]
                # with a title, or core would fetch each page to learn its own
                found = trackers.search_or_create(
                    [dict(values, url=url, title=url) for url in part]
                )
                short_urls.update(zip(part, found.mapped("short_url"), strict=True))
        for text, ids in texts.items():
            pattern = campaign_text.mark_links(text, short_urls, base_url)
            for res_id in ids:
                by_id[res_id].pattern = pattern

    def _get_sources(self, ids):
        """:return: (language or None, template text, ids) of some recipients
        :rtype: list[tuple[str | None, str, list[int]]]
        """
        template = self.sms_template_id
        # in whatever language its author saw it
        known = template._fields["body"]._get_stored_translations(template) if template else None
        if self.body_plaintext not in (known or {}).values():
            return [(None, self.body_plaintext or "", ids)]
        return [
            (lang, translated.body or "", lang_ids)
            for lang, (translated, lang_ids) in template._classify_per_lang(ids).items()
        ]

    def _get_opt_out_text(self, channel):
        """How a recipient tells that he wants no more, as a pattern: by answering when the
        sender is a number, else on a page.

        :param bti.channel channel: the channel of his message
        :rtype: str
        """
        self.ensure_one()
        if not self.sms_allow_unsubscribe:
            return ""
        if channel and (number := channel._get_reply_number()):
            return "\n" + self.env._("No more SMS: STOP to %(number)s", number=number)
        composer = self.env["sms.composer"]
        url = composer._get_unsubscribe_url(self._origin.id or 0, campaign_text.CODE_MARK)
        return "\n" + composer._get_unsubscribe_info(url)

    # === MESSAGES === #

    def _write_messages(self, recipients, short_urls=None, numbering=None):
        """Give each recipient the values of his message, or why he gets none.

        :param list[Recipient] recipients: see ``_get_recipients_of``
        :param dict[str, str] short_urls: see ``_write_texts``
        :param dict numbering: ``{res_id: (sms_id_int, sms_code)}``; None for an estimate
        :return: whether there is a channel at all
        :rtype: bool
        """
        self.ensure_one()
        wanted = [recipient for recipient in recipients if not recipient.failure]
        self._write_texts(wanted, short_urls)
        channels = self.env["bti.channel"]._choose_channels(
            self.company_id, "sms", [(recipient.number, "marketing") for recipient in wanted]
        )
        opt_out = {channel: self._get_opt_out_text(channel) for channel in set(channels)}
        Message = self.env["bti.message"]
        for recipient, channel in zip(wanted, channels, strict=True):
            number, code = (numbering or {}).get(recipient.res_id, (99999, "xxx"))
            vals = Message._prepare_create_vals(
                {
                    "channel_id": channel.id,
                    "company_id": self.company_id.id,
                    "number": recipient.number,
                    "body": campaign_text.fill(recipient.pattern + opt_out[channel], number, code),
                    "purpose": "marketing",
                    "partner_id": recipient.partner_id or False,
                    "res_model": self.mailing_model_real,
                    "res_id": recipient.res_id,
                }
            )
            recipient.vals = vals
            if vals.get("state") == "failed":
                recipient.failure = FAILURE_TO_SMS_FAILURE_TYPE[vals["failure_type"]]
        return any(channels) or not wanted

    def _with_sender(self):
        """The campaign as its company and its responsible see it: the language of opt-out
        texts, the time zone of dates.

        :return: the same mailing, as superuser
        """
        self.ensure_one()
        user = self.user_id or self.write_uid or self.env.user
        # sudo: the run belongs to the system, as core's queue; who may launch it was checked
        context = self.env["res.users"].with_user(user).context_get()
        lang = get_lang(self.env, context.get("lang")).code
        return self.sudo().with_context(**{**context, "lang": lang}).with_company(self.company_id)
