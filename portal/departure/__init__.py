"""Leaving with or without a contract: take the data along, close the account, have everything erased."""
