"""The planner's screen: pages in a browser, which know the product by its REST API alone."""
