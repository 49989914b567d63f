"""What the scenarios share: meters, turns of a bare engine and ours, a server, a Kannel channel."""
