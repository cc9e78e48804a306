"""What the rights of an app let a caller see and do: of the app as a whole, of single records, of single fields.

Words: a *holder* is whom a right is given to; a *right* of records has a condition and holders in order of priority.
The first that applies decides; the group everyone always comes last, as on kintone.
"""
