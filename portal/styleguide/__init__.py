"""Every component in every state, for the people who build the portal."""
