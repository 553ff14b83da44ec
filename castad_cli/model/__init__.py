"""The nouns of CaStAD, and nothing that does anything."""
