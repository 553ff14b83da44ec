"""Compiled code: what `compositor` says is to be drawn is drawn in one pass; encoders lend one another their memory."""
