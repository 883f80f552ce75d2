"""Open data in: row -> quads, pure, with provenance per source and row; and the pipeline that makes a release."""
