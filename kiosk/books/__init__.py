"""Books for inspectors and pages for the wall: what the journal says, as tables on paper; changes nothing."""
