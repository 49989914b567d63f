"""Who carries a number, guessed from its first digits."""


def find_by_prefix(table, number):
    """The longest prefix wins.

    :param dict[str, object] table: what each prefix (``+2136``) stands for
    :param str number: E.164, or empty
    :return: the value of the prefix, None if there is none
    """
    for length in range(len(number or ""), 1, -1):
        if number[:length] in table:
            return table[number[:length]]
    return None
