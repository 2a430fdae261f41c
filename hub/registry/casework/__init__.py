"""Whose work a placement is: assignments, approvals, lists of duties, its timeline, what waits."""
