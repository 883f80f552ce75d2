"""What the study of 2020 asked, asked of the graph."""
