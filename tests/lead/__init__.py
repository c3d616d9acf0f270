"""What leads and operators look after."""
