"""What this addon counts, with its plural in the language of an environment."""

from odoo.addons.bti_messaging.tools.plural import counted


def pieces(env, number):
    """:return: "1 piece", "240 pieces"
    :rtype: str
    """
    return counted(env, env._("# piece|# pieces"), number)


def pallets(env, number):
    """:return: "1 pallet", "20 pallets"
    :rtype: str
    """
    return counted(env, env._("# pallet|# pallets"), number)


def full_pallets(env, number):
    """:return: "1 full pallet", "20 full pallets"
    :rtype: str
    """
    return counted(env, env._("# full pallet|# full pallets"), number)


def loose_pieces(env, number):
    """:return: "1 loose piece", "13 loose pieces"
    :rtype: str
    """
    return counted(env, env._("# loose piece|# loose pieces"), number)


def pallet_places(env, number):
    """:return: "1 pallet place", "22 pallet places"
    :rtype: str
    """
    return counted(env, env._("# pallet place|# pallet places"), number)


def trucks(env, number):
    """:return: "1 truck", "7 trucks"
    :rtype: str
    """
    return counted(env, env._("# truck|# trucks"), number)


def half_hours(env, number):
    """:return: "1 half hour", "3 half hours"
    :rtype: str
    """
    return counted(env, env._("# half hour|# half hours"), number)


def tonnes(env, number, digits=1):
    """:return: "1.0 tonne", "250.5 tonnes"
    :rtype: str
    """
    return counted(env, env._("# tonne|# tonnes"), number, digits=digits)


def loads(env, number):
    """:return: "1 load", "3 loads"
    :rtype: str
    """
    return counted(env, env._("# load|# loads"), number)


def short_pieces(env, number):
    """:return: "1 pc", "13 pcs", where room is short
    :rtype: str
    """
    return counted(env, env._("# pc|# pcs"), number)


def short_pallets(env, number):
    """:return: "20 pal.", where room is short
    :rtype: str
    """
    return counted(env, env._("# pal.|# pal."), number)
