"""Evaluations that people have vouched for, judged again to see whether it still agrees."""
