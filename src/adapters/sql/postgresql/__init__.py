"""What only PostgreSQL has: the COPY protocol, partitions by month, privileges of roles."""
