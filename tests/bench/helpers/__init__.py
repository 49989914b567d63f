"""What the scenarios share: meters, pairs of a bare engine and ours, a server, a Kannel channel."""
