"""The checks of what surrounds the product: workflows, infrastructure, images, hooks."""
