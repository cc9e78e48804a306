"""The pages: server-rendered, Japanese first, English complete."""
