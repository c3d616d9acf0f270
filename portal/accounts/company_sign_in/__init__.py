"""Sign in with the company's own provider (OpenID Connect): who it is, what it says, and whether that is true."""
