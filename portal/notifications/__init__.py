"""The post office: what is to be sent waits in the outbox, in the same transaction as what it announces."""
