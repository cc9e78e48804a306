"""Parts of the service die, are slow or lie; afterwards nothing is lost, doubled or half there."""
