"""Statements of interviews bought and sold, as their buyers and sellers read them, and putting right what was charged."""
