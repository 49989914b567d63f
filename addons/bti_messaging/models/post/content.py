import re

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import get_lang

from ...gateways.base import PermanentError
from ...gateways.content import Media, MediaKind
from ...gateways.file_types import guess_type
from ...gateways.meta.page_posts import MAX_PHOTOS, Post
from ...tools.post_links import tag_links

# What stands in braces in a text.
GAP = re.compile(r"\{(\w+)\}")
# Meta's limits; of videos, what a server of ours holds in memory.
MAX_PHOTO = 10 * 1024 * 1024
MAX_VIDEO = 200 * 1024 * 1024
# variant: the language of its reader
LANGUAGES = {"fr": "fr_FR", "ar": "ar_001"}


class BtiPagePublication(models.Model):
    """What a post says: its texts filled in, its pictures, its links."""

    _inherit = "bti.page.publication"

    # === HOOKS === #

    def _get_text_values(self):
        """Hook: what may stand in braces, in the language of the context.

        :return: {name: text}; an empty text: nobody can say
        :rtype: dict[str, str]
        """
        self.ensure_one()
        # sudo: the name of the company, whoever writes
        return {"company": self.sudo().company_id.name or ""}

    @api.model
    def _get_gap_help(self):
        """Hook: what may stand in braces, for people.

        :rtype: str
        """
        return self.env._("{company}: our name")

    def _get_refusal(self):
        """Hook: why the post must not be published now, for people.

        :rtype: str | bool
        """
        self.ensure_one()
        if gaps := self._find_open_gaps():
            return self.env._("Nobody can say what stands in braces: %(names)s", names=gaps)
        return False

    # === BUSINESS METHODS: TEXTS === #

    def _get_variants(self):
        """:return: one post with both texts, or one for each language that has a text
        :rtype: list[str]
        """
        self.ensure_one()
        if self.layout == "both":
            return ["both"]
        return [variant for variant in LANGUAGES if (self[f"text_{variant}"] or "").strip()] or [
            "fr"
        ]

    def _get_text(self, variant):
        """:param str variant: "both", "fr" or "ar"
        :return: what is published: filled in, with the campaign in its links
        :rtype: str
        """
        self.ensure_one()
        names = LANGUAGES if variant == "both" else [variant]
        parts = [self._fill_text(name) for name in names]
        if self.link and self.attachment_ids:
            parts.append(self.link)  # beside pictures Facebook shows no card of a link
        text = "\n\n".join(part for part in map(str.strip, parts) if part)
        return tag_links(text, self.campaign_id.name)

    def _fill_text(self, variant):
        text = self[f"text_{variant}"] or ""
        if not GAP.search(text):
            return text
        lang = get_lang(self.env, LANGUAGES[variant]).code
        values = self.with_context(lang=lang)._get_text_values()
        return GAP.sub(lambda gap: values.get(gap[1]) or gap[0], text)

    def _find_open_gaps(self):
        """:return: what stands in braces in the texts still, "" when all is filled in
        :rtype: str
        """
        self.ensure_one()
        gaps = [gap[0] for name in LANGUAGES for gap in GAP.finditer(self._fill_text(name))]
        return ", ".join(dict.fromkeys(gaps))

    # === BUSINESS METHODS: FILES === #

    def _read_files(self):
        """:return: pictures and videos with their bytes
        :rtype: list[Media]
        :raise UserError: one is neither, or too large
        """
        self.ensure_one()
        # sudo: what the post shows belongs to it; who put it there could read it
        files = self.sudo().attachment_ids.sorted("id")  # as they were put there
        return [self._read_file(attachment) for attachment in files]

    def _read_file(self, attachment):
        content = attachment.raw or b""
        mimetype = guess_type(content, attachment.mimetype or "")
        family = mimetype.partition("/")[0]
        kind = {"image": MediaKind.IMAGE, "video": MediaKind.VIDEO}.get(family)
        if not kind:
            raise UserError(
                self.env._("“%(name)s” is neither a picture nor a video.", name=attachment.name)
            )
        limit = MAX_PHOTO if kind is MediaKind.IMAGE else MAX_VIDEO
        if len(content) > limit:
            raise UserError(
                self.env._(
                    "“%(name)s” is too large: %(size)s MB at most.",
                    name=attachment.name,
                    size=limit // (1024 * 1024),
                )
            )
        return Media(kind, content=content, mimetype=mimetype, filename=attachment.name or "")

    def _check_content(self):
        """:raise UserError: what Facebook would refuse"""
        self.ensure_one()
        files = self._read_files()
        videos = [media for media in files if media.kind is MediaKind.VIDEO]
        if len(videos) > 1 or (videos and len(files) > 1):
            raise UserError(self.env._("A post shows one video, or pictures."))
        if len(files) > MAX_PHOTOS:
            raise UserError(self.env._("%(count)s pictures at most.", count=MAX_PHOTOS))
        if refusal := self._get_refusal():
            raise UserError(refusal)
        posts = self._get_posts_client()
        for variant in self._get_variants():
            text = self._get_text(variant)
            try:
                posts.check(self._make_post(text, files, map(str, range(len(files)))))
            except PermanentError as error:
                raise UserError(
                    self.env._("This cannot be published: %(reason)s", reason=error.detail)
                ) from None

    def _make_post(self, text, files, photo_ids=()):
        """:param list[Media] files: of the post
        :param photo_ids: of several pictures, uploaded before
        :rtype: Post
        """
        if not files:
            return Post(text, link=tag_links(self.link or "", self.campaign_id.name))
        if len(files) > 1:
            return Post(text, photos=tuple(photo_ids))
        if files[0].kind is MediaKind.VIDEO:
            return Post(text, video=files[0])
        return Post(text, photo=files[0])

    def _publish(self, posts, text):
        """Publish at the network; writes nothing here.

        :param PagePosts posts: of the Page
        :param str text: what it says
        :return: the network's id of the post
        """
        self.ensure_one()
        files = self._read_files()
        # pictures that were uploaded and are not shown by any post are seen by nobody
        several = files if len(files) > 1 else []
        photo_ids = [posts.upload_photo(media) for media in several]
        post = self._make_post(text, files, photo_ids)
        post_id = posts.publish(post).post_id
        return posts.find_video_post(post_id) if post.video else post_id

    def _get_posts_client(self):
        """:rtype: PagePosts"""
        self.ensure_one()
        # sudo: the token of the Page, to check what it would take
        return self.sudo().channel_id._get_page().posts
