"""All that one municipality holds: what waits for its people, who looks after what, and all its data in one file."""
