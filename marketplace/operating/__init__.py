"""What those who run the service see of it: how it fares, and what stands still."""
