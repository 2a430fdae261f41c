"""What a home, supported accommodation or a fostering agency does here: tell of who came and who left, and see who is there."""
