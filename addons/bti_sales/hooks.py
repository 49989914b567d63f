"""What installing and uninstalling change outside the addon's own records."""


def post_init_hook(env):
    """Nothing is set up by code yet that data files cannot do."""


def uninstall_hook(env):
    """Take back what data files wrote on records of other addons."""
