"""The index of the catalog as plain files: what they are, how they are sealed, and how they are copied elsewhere.

Words: the *head* is the one file that changes, signed; an *entry* says that a template became another; a *segment*
holds a hundred entries and names the one before it, so that the head vouches for all. Everything but the head is named
by the SHA-256 of its content. It knows no database: `catalog.index_files` writes the files, the command copies them.
"""
