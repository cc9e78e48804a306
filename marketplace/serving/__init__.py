"""The processes of a running service: who keeps them, the web server and what it rests on, figures for operators."""
