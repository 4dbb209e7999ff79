"""One filling of one form: the tree of answers, what depends on what, navigation, checks, sealing."""
