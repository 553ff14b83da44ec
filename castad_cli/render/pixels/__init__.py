"""Arithmetic on pictures in the encoder's own planes."""
