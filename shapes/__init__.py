"""What is valid: SHACL graphs, cross-row checks, and `validate`, which turns both into one report."""
