"""A question's page: put together of typed parts, each in a module of its own."""
