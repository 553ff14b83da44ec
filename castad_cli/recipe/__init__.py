"""What a person wrote: YAML with its places, read and checked, as the recipes of its ads."""

from castad_cli.model.values import in_language
from castad_cli.recipe.reading import (
    RecipeFile,
    Survey,
    expand,
    find_recipes,
    read_recipe,
    read_recipes,
    survey_recipes,
)
from castad_cli.recipe.schema import recipe_schema, template_schema
from castad_cli.recipe.sources import find_source, is_url

__all__ = [
    "RecipeFile",
    "Survey",
    "expand",
    "find_recipes",
    "find_source",
    "in_language",
    "is_url",
    "read_recipe",
    "read_recipes",
    "recipe_schema",
    "survey_recipes",
    "template_schema",
]
