"""The people of a site: users, groups, the tree of organisations, and who belongs to which.

Words: a *principal* is a group or an organisation; a user's *standing* is what they belong to.
"""
