"""The XForm engine: definition, XPath, navigation, validation. Pure, shared by phone and registry."""
