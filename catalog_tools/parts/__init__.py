"""Each section of a source and the part of a bundle it becomes."""
