"""The frame around every screen: the app component, the router, the tab bar, the sync banner."""
