"""XForm XML, as pyxform writes it → Definition."""
