"""Parts put together: databases, programs, files."""
