"""The file format of a template version: read, check, write, digest, compare; pure, no database, no network."""
