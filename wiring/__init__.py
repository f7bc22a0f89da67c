"""The container, the clock and logging: where real parts are put together."""
