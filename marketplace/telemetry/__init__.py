"""What the service tells those who run it: lines of log, figures, traces; it knows no domain and no HTTP framework."""
