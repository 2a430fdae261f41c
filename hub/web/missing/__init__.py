"""Missing children in a browser: report in four taps, the board of who is missing, one episode, patterns, thresholds."""
