"""What was written of an interview: who is given which view of it and why, and what became of its recommendations."""
