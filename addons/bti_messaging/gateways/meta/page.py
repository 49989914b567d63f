"""One Facebook Page beside its conversations: a client for the models, no gateway."""

from .graph import Graph
from .leads import PageLeads
from .page_comments import PageComments
from .page_connection import PageConnection
from .page_posts import PagePosts


class Page:
    """Calls on one Page; private replies to comments go through the gateway of Messenger.

    All methods raise the exceptions of the contract. Those that write something for others to
    read raise ``UnknownOutcome`` when nobody knows whether it was done.

    :ivar PageComments comments: to answer, hide, delete; to find what the webhook missed
    :ivar PagePosts posts: to publish, edit, delete; figures
    :ivar PageLeads leads: forms and what people filled in
    :ivar PageConnection connection: permissions and subscriptions
    """

    def __init__(self, config):
        """:param MetaConfig config: ``external_id`` is the Page, ``access_token`` its token"""
        self.config = config
        self.graph = Graph(config)
        self.comments = PageComments(self.graph)
        self.posts = PagePosts(self.graph)
        self.leads = PageLeads(config)
        self.connection = PageConnection(self.graph)

    @property
    def usage(self):
        """How much of what Meta allows is used up, as the last answer told; leads count apart.

        :rtype: Usage
        """
        return self.graph.usage
