"""Triple Pattern Fragments."""
