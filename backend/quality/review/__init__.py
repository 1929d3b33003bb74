"""What people say of evaluations: overrides, approvals, disputes and comments."""
