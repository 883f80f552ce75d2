"""The web and the command line: SPARQL protocol, entities, vocabulary, look-ups, pages."""
