"""Putting prepared settings into use: for several apps at once, all of them or none, with what it means for records.

Words: to *go live* is the moment in which the settings, and the records with them, change; a *rewrite* is the new
content of one record, prepared before that moment; a *violation* is what records hold against a new rule.
"""
