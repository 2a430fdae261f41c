"""Proof of a notice: who was told, when and how; verifiable offline."""
