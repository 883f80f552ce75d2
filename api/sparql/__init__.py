"""SPARQL over HTTP: queries, updates, the Graph Store, the description of the service, calls to others."""
