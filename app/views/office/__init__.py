"""The supervisor's screens, online: the queue of visits, one visit, what is quarantined."""
