"""What exists: the vocabulary, the SKOS schemes, closed Python names for their terms, and the minting of IRIs."""
