"""Records as CSV files: written for spreadsheets, and read back from them.

Words: a *line* is one line of the file; a record with tables takes several lines, of which the *first line* carries a
mark in its first column; a *target* is what a column of a file is read into; the *key* tells which record a line is
about.
"""
