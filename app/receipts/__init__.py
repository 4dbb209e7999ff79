"""The receipt a person signs, as text and image."""
