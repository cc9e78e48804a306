"""Blobs under the SHA-256 of their content, on the local disk or on S3."""
