"""Where staff answer: queues, cases, search; nothing of it is ever loaded for customers."""
