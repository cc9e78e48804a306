"""The people of a workspace: its municipality's members as users of the site, and the acts of those who manage them."""
