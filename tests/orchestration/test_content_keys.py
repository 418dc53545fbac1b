"""The names under which results are kept."""

import pytest

from tasks.domain.reel import ManifestAvatar
from tasks.orchestration.content_keys import content_key


class TestContentKey:
    """Names of results."""

    def test_depends_on_content_not_on_order(self) -> None:
        """The same facts in another order are the same key."""
        assert content_key("x", {"a": 1, "b": "ü"}) == content_key("x", {"b": "ü", "a": 1})

    @pytest.mark.parametrize("other", [("y", {"a": 1}), ("x", {"a": 2}), ("x", {"b": 1}), ("x", {"a": "1"})])
    def test_differs_when_anything_differs(self, other: tuple[str, dict[str, object]]) -> None:
        """Stage, name and value all count, and so does a value's type."""
        assert content_key(*other) != content_key("x", {"a": 1})

    def test_models_are_part_of_it(self) -> None:
        """A model counts by its fields."""
        assert content_key("x", {"m": ManifestAvatar(name="a", sha256="1")}) != content_key(
            "x", {"m": ManifestAvatar(name="a", sha256="2")})

    def test_values_without_content_are_refused(self) -> None:
        """A key must not hang on where an object lies in memory."""
        with pytest.raises(TypeError, match="content key"):
            content_key("x", {"o": object()})
