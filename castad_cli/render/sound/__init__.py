"""The sound of a rendition: mixed, ducked, brought to loudness."""
