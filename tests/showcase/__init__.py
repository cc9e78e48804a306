"""Apps set up in memory to be drawn."""
