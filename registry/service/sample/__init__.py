"""Parts of the sample county 青山县. Everybody and everything in it is fictional."""
