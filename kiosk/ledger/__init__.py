"""What a points ledger is: pure rules over plain values, standard library only, nothing on disk."""
