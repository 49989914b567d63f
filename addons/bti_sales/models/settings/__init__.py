"""Settings of the whole addon."""

from . import res_config_settings
