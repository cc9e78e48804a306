"""People and how they sign in: e-mail, password (argon2), throttling of guesses."""
