"""What the apps of a template look like before anybody installs them, drawn from their definitions."""
