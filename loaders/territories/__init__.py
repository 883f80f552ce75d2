"""The territories of today: Code officiel géographique, régions that ended, links to Wikidata and NUTS."""
