"""Where a municipality installs templates, and the API tokens that act for it."""
