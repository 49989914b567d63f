"""Segments ready to use, and those of who regularly orders a product."""

from . import product_template
