"""The terminal of a points supermarket; hardware lives in `drivers`, the line to the county in `sync`."""
