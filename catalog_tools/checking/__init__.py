"""What must hold of every template, beyond the checks that every bundle has to pass."""
