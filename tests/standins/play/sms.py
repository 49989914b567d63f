"""Where the tab SMS of the page is plugged in.

The real line of SMS is not a network of ours: the addon's trial channel is. Whoever starts the
page hands over an object with these two methods (``PlayServer(graph, viber, sms=line)``).
"""


class SmsLine:
    """No line: nothing comes, nothing goes. Both methods are called from the page's threads."""

    connected = False

    def say(self, number, text):
        """The client writes.

        :param str number: his own, E.164
        """

    def messages(self, number):
        """:return: what was said both ways, oldest first: {"id", "out" (the office wrote it), "at"
            (naive UTC), "text"}
        :rtype: list[dict]
        """
        return []
