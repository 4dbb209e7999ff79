"""The receipt a person signs, as text and image."""

from app.receipts.ink import ink_strokes, signature_png
from app.receipts.picture import receipt_picture
from app.receipts.words import ReceiptWords, words_of

__all__ = ["ReceiptWords", "ink_strokes", "receipt_picture", "signature_png", "words_of"]
