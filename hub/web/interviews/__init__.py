"""Return home interviews as a council sees them: the board, one request and its acts, the directory of providers, agreements."""
