"""What pages and the API read from a database: rows that a step leaves for lists, and the queries over them."""
