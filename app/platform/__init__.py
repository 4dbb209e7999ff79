"""The few seams to the device, each with a native and a browser version."""
