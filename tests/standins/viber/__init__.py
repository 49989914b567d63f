"""Viber's bot API."""

from .standin import ViberStandIn
