"""The graphs of an app: aggregation against a plain evaluation in Python."""
