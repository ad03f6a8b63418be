"""The look: base pages, components, forms, lists."""
