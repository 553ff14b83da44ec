"""The composition root: here, and nowhere else, recipes, assets, templates, store, records and stages meet.

``cli/`` says what a person wants; the functions of these modules are all it calls. Nothing is gathered here, so that a
command loads what it needs and no more: `castad validate` waits for nothing that only a batch needs.
"""
