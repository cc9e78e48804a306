"""From an upload to a version: drafts, checks, release, withdrawal."""
