"""HTTP: Litestar routes, authentication, problem JSON."""
