"""Frames' pixels, by compiled code: what `compositor` says is to be drawn is drawn here, in one pass."""
