"""What the panel's clock finds to do. Each may run twice and does nothing twice."""
