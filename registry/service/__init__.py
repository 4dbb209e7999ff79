"""What the office does with what arrives."""
