"""Which child is meant, whom to ring: the pages of the call handler, of the privacy lead, and of the council that is told."""
