"""Everything of Flask that is neither page nor endpoint: door, transaction, refusals, sign-in, headers, limits."""
