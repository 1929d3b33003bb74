"""What a good call is, how far each call was one, and what people say of that."""
