"""Phrase material: one YAML file a language."""
