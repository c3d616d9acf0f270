"""Random keys: of mailed links, of forms that must count once."""
