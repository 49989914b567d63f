"""Servers of this machine that play the networks as the real ones behave; see README.md here.

Never in production: tests start them, and ``./bti run`` beside the demo.
"""
