"""The graphs of an app: what its settings define, aggregated over the records.

Words: a *report* is one graph or table of the settings; a *group* sorts records by the value of a field or by a
*period* of time; an *aggregation* makes one figure of a group's records.
"""
