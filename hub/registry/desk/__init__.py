"""What a desk that was told does: its lists, its questions, whom it passes the news on to."""
