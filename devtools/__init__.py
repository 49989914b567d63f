"""Everything behind ``./bti``: standard library only, so that it runs before anything is set up."""
