"""The device seams inside the browser edition (Pyodide in a worker)."""
