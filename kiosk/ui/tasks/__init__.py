"""What staff do step by step: tasks as data, and what walks through them; draws nothing."""
