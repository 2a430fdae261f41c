"""Who holds return home interviews, where, for how much, and which councils have agreed who pays."""
