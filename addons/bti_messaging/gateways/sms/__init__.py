"""SMS: numbers, texts and parts, and the providers that carry them."""
