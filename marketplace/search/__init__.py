"""Finding text in Japanese: one analysis, one index per database, same results on both."""
