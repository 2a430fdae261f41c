"""The demonstration: a cast of fictitious people in real councils' places, and the story they play."""
