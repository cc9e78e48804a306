"""Client of the kintone REST API, and the translation between its settings and a bundle; no database."""
