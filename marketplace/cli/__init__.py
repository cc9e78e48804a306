"""The `yokoten` command; a face like the API and the pages: it reads what is typed and shows what comes of it."""
