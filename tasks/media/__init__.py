"""Pure functions on arrays and files: sound, pictures, text layout, drawing, metrics."""
