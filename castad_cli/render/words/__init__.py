"""Fonts for an ad's texts, and where its lines and captions part."""
