"""What a terminal does for people: one function, one transaction, one frozen result."""
