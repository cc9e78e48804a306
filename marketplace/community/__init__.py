"""What municipalities tell each other about templates: reviews and stories."""
