"""The pages of an installed app: its lists, its records, and what one does with them."""
