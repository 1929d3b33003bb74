"""Whether what calls come to is another than it was, and how sure that is."""
