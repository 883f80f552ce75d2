"""Names and their documents: what the graph says of one thing, as RDF and as a page; look-ups by number."""
