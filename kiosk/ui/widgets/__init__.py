"""The small set of parts the screens are built from; each knows how it looks, none what it is for."""
