"""The JSON API of the service; one package per version."""
