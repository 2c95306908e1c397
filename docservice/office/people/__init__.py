"""Who may do what: accounts, roles, sessions, API keys, single sign-on."""
