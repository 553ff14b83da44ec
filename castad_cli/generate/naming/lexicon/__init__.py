"""Names that people, places and brands have: what an ad must not say unless its brief does."""
