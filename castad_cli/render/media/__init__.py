"""Pictures, clips and logos as they come: known by content, checked, decoded, looked at."""
