"""Who is not to be called, who agreed to be, and the gate that every dial passes."""
