"""Pages for people: templates, languages, assets, and the pages that are not about one thing."""
