"""The pages: lists, writing, handing in, and the office's check."""
