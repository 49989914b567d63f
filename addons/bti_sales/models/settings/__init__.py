"""Settings of the whole addon."""

from . import res_config_settings
from . import res_config_settings_delivery
from . import res_config_settings_fiscal
from . import res_config_settings_pallets
