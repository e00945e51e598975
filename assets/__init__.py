"""What runs when: the Dagster graph and the command line."""
