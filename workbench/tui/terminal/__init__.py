"""The app and its terminal: keys in their order, pastes, what may leave, and whether it is still there."""
