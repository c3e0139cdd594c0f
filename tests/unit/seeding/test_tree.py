from pathlib import Path

import pytest

from marketplace.domain.catalogue.category import DEEPEST, NAME_LONGEST
from marketplace.domain.shared.slug import is_slug
from marketplace.infrastructure.seeding import tree


def write(folder: Path, text: str) -> Path:
    file = folder / "categories.csv"
    file.write_text(text, encoding="utf-8")
    return file


def test_the_built_in_tree_has_parents_before_children_and_slugs_of_their_own() -> None:
    nodes = tree.built_in()
    assert len({node.slug for node in nodes}) == len(nodes)
    seen: set[str | None] = {None}
    for node in nodes:
        assert node.parent in seen
        assert is_slug(node.slug)
        seen.add(node.slug)


def test_a_file_makes_a_tree_whose_leaves_hold_products(tmp_path: Path) -> None:
    file = write(
        tmp_path,
        "id,parentId,name\n3,2,Lamps & Lights\n2,1,Home\n1,,Everything\n4,2,Home\n5,2,\n",
    )
    nodes = tree.read(file)
    assert [(node.path, node.shelf is not None) for node in nodes] == [
        ("everything", False),
        ("everything/home", False),
        ("everything/home/lamps-lights", True),
        ("everything/home/home-2", True),
    ]
    assert [node.shelf.things for node in nodes if node.shelf] == [("Lamps Lights",), ("Home",)]
    assert {each.name for each in nodes[0].attributes} == {"brand", "material", "weight"}


def test_names_are_cut_and_depth_is_bounded(tmp_path: Path) -> None:
    rows = "".join(f"{n},{n - 1},{'n' * 200} {n}\n" for n in range(20))
    nodes = tree.read(write(tmp_path, "id,parentId,name\n" + rows))
    assert len(nodes) == 20
    assert max(len(node.name) for node in nodes) <= NAME_LONGEST
    assert max(node.path.count("/") + 1 for node in nodes) == DEEPEST
    assert len({node.slug for node in nodes}) == 20


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("id,name\n1,Home\n", "parentId"),
        ("id,parentId,name\n", "no categories"),
        ("id,parentId,name\n1,2,A\n2,1,B\n3,,C\n", "below themselves"),
    ],
)
def test_other_files_are_refused(tmp_path: Path, text: str, complaint: str) -> None:
    with pytest.raises(tree.UnreadableTree, match=complaint):
        tree.read(write(tmp_path, text))


def test_what_is_no_text_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "categories.csv"
    file.write_bytes(b"id,parentId,name\n1,,\xff\xfe\n")
    with pytest.raises(tree.UnreadableTree, match="cannot be read"):
        tree.read(file)
