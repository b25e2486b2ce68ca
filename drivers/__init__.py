"""Hardware of a terminal, as bytes on wires; knows nothing of points, households or goods."""
