"""A whole village on one machine, to see, to train and to test with: everything in it is invented."""
