"""Search in pages: filters, facets, the indexes they are found by."""
