"""What a site's administrator sees of its spaces and apps in numbers."""
