"""What a finished rendition is held against."""
