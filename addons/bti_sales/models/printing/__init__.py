"""Documents printed by Chromium."""

from . import ir_actions_report
