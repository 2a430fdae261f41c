"""Obligations and what chases them: ladders, alerts, deliveries, channels. Knows no child and no placement, only references."""
