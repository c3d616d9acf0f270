"""Keep a mail, make something of it, let a person decide."""
