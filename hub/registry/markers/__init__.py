"""Markers: what to look out for with a child, who said so, who may see it, and when it is to be looked at again."""
