"""The hand-over over the network, by stick, by itself, to other platforms."""
