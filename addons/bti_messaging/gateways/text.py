"""What comes in from outside, made fit for the database."""


def clean(value):
    """Replace what PostgreSQL cannot store: NUL characters and lone halves of surrogate pairs.

    :param value: text, or lists and dictionaries of texts as JSON gives them
    :return: the same, with U+FFFD in place of those characters; halves that belong together
        become their character
    """
    if isinstance(value, str):
        whole = value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        return whole.replace("\x00", "\ufffd")
    if isinstance(value, list):
        return [clean(item) for item in value]
    if isinstance(value, dict):
        return {clean(str(name)): clean(item) for name, item in value.items()}
    return value
