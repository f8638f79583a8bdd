"""Data of one's own: found out, checked and split, and fetched batch by batch."""
