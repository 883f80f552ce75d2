"""The diagram of the vocabulary: it speaks of terms there are, in both languages, and no box lies on another."""

from __future__ import annotations

from itertools import combinations

import pytest

from maille.api.pages.vocabulary_diagram import EDGES, HEIGHT, NODES, WIDTH, diagram
from maille.ontology import vocabulary
from maille.ontology.namespaces import PREFIXES

from .conftest import Client
from .test_pages import BROWSER, Page


def test_every_term_of_ours_is_in_the_vocabulary() -> None:
    known = {str(quad.subject)[1:-1] for quad in vocabulary.quads()}
    for name in {part for edge in EDGES for part in edge} | set(NODES):
        prefix, _, inner = name.partition(":")
        assert prefix in PREFIXES
        if prefix == "maille":
            assert PREFIXES[prefix] + inner in known


def test_every_class_hangs_on_another() -> None:
    assert {one for edge in EDGES for one in (edge[0], edge[2])} == set(NODES)


def test_boxes_are_inside_and_apart() -> None:
    drawn = diagram(str)
    width, height = drawn.box
    for box in drawn.boxes:
        assert box.x >= 0
        assert box.y >= 0
        assert box.x + width <= WIDTH
        assert box.y + height <= HEIGHT
    for one, other in combinations(drawn.boxes, 2):
        assert abs(one.x - other.x) >= width or abs(one.y - other.y) >= height
    for one, other in combinations(drawn.arrows, 2):
        assert abs(one.y - other.y) > 12 or abs(one.x - other.x) > 100


@pytest.mark.parametrize(("lang", "words"), [("fr", "Commune"), ("en", "Innovation structure")])
def test_the_page_shows_it_and_says_it(client: Client, lang: str, words: str) -> None:
    text = client.get(f"/def?lang={lang}", BROWSER).text
    assert words in Page(text).text
    assert 'role="img" aria-labelledby="diagram-title diagram-words"' in text
    assert text.count("<li>", text.index("figcaption"), text.index("</figcaption>")) == len(EDGES)
    assert " style=" not in text
