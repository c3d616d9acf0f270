"""Pages and their parts: colours, assets, what is printed once, finished bytes."""
