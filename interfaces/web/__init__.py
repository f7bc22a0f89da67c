"""The web pages: server-rendered, readable without JavaScript, one place for each of the three users."""
