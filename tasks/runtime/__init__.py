"""How the program finds and records things: settings, resources, the store, the engine menu."""
