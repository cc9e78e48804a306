"""Icons of templates, drawn from simple shapes in the colour of their category."""
