"""XPath 1.0 as the ODK XForms specification narrows and extends it: read, analyse, compile."""
