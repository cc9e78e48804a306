"""Mail to people: letters are kept in the transaction of what they tell of, and carried by a job afterwards."""
