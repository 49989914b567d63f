"""The goods and the past of the program before this one."""

from . import bti_history
from . import products
from . import kind_article
from . import kind_history
