"""Documents printed by Chromium: the engine, one page, the outline of a file."""
