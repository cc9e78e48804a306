"""Who did what, for which municipality, from where, and when; written in the transaction of the act."""
