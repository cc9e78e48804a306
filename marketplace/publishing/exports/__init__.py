"""Makes a draft bundle of apps that live in a workspace."""
