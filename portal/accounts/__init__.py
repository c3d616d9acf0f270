"""Who can sign in: users, sessions, second factors."""
