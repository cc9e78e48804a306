"""The pages on which apps become templates: choose, write the texts, follow the progress, read the report."""
