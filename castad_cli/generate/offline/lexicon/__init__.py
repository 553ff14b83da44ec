"""What the copywriter recognises in a brief: concepts, kinds of business and places, in every language."""
