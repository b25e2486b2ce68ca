"""Both ends of the line between a terminal and its county."""
