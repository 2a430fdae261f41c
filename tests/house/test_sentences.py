"""No sentence for people escapes whoever translates them (docs/adr/0022)."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from hub import catalogue
from hub.catalogue import NAMED, NOT_SHOWN, reads_as_sentence
from tests.house.source import modules

SHOWN = [path for path in modules() if not NOT_SHOWN.fullmatch(path.as_posix())]
OF_THE_OPERATORS_FILES = {"LawError", "fault", "LookupError", "ValueError"}
"""What is wrong with a row of the configuration, and faults of ours: no page shows them."""


def test_the_catalogue_is_what_the_code_says_now() -> None:
    assert catalogue.TEMPLATE.read_text() == catalogue.template(), "run: make docs"


@pytest.mark.parametrize("path", SHOWN, ids=str)
def test_no_sentence_is_put_together(path: Path) -> None:
    """A translator needs the whole: what changes stands in it by name, ``worded("… {name} …", name=…)``."""
    assert [f"line {node.lineno}: {ast.unparse(node)}" for node in put_together(modules()[path])] == []


@pytest.mark.parametrize("path", SHOWN, ids=str)
def test_a_message_is_written_where_it_is_said(path: Path) -> None:
    """The catalogue is gathered from the source: a message that comes from elsewhere would be missing in it."""
    bare = [
        f"line {call.lineno}: {ast.unparse(call)}"
        for call in calls(modules()[path])
        if name_of(call) in NAMED and not (call.args and is_literal(call.args[0]))
    ]
    assert bare == [] or path == Path("web/translating.py")


@pytest.mark.parametrize("path", SHOWN, ids=str)
def test_every_place_of_a_sentence_has_its_value(path: Path) -> None:
    for call in calls(modules()[path]):
        if name_of(call) == "worded" and None not in (given := {each.arg for each in call.keywords}):
            assert given == set(re.findall(r"\{(\w+)", ast.literal_eval(call.args[0]))), f"line {call.lineno}"


def test_a_sentence_that_is_put_together_is_noticed() -> None:
    for wrong in (
        'raise Invalid(f"Name at most {most} of them.")',
        'raise Invalid("Name at most " + most + " of them, please.")',
        'raise Invalid("Name at most %s of them." % most)',
        'raise Invalid("Name at most {} of them.".format(most))',
        'raise Conflict(f"{name} is taken")',
        'Length(max=9, error=f"up to {most} of them")',
    ):
        assert list(put_together(ast.parse(wrong))), wrong
    right = 'raise Invalid(worded("Name at most {most} of them.", most=most), fields={f"episodes.{place}": [said]})'
    assert list(put_together(ast.parse(right))) == []


def test_what_reads_as_a_sentence_is_gathered_and_what_is_for_machines_is_not() -> None:
    code = '''
"""This says what the module is for."""
SAID = "Enter your name."
blp = Blueprint("notices", description="What goes between councils.")
field = String(metadata={"description": "Ten digits, with or without spaces."}, error="Check its ten digits.")
raise NotFound(worded("No {kind} has this reference", kind=kind))
log.info("request.failed")
'''
    found = set(catalogue.in_module(Path("registry/any.py"), code))
    assert found == {"Enter your name.", "Check its ten digits.", "No {kind} has this reference"}
    assert set(catalogue.in_module(Path("directory/areas_cli.py"), 'echo("This is for the terminal.")')) == set()


# --- reading the source -------------------------------------------------------------------------------------------------


REFUSALS = re.compile(
    r"(Hub\w*|Malformed|Invalid|Unauthenticated|Not\w+|\w*Conflict|EditTokenNeeded|Too\w+|Wrong\w+|ValidationError)"
)


def put_together(tree: ast.Module) -> Iterator[ast.expr]:
    """Sentences with something in them that are no message with named places."""
    operators = {id(each) for call in calls(tree) if name_of(call) in OF_THE_OPERATORS_FILES for each in ast.walk(call)}
    for node in ast.walk(tree):
        if id(node) not in operators:
            if isinstance(node, ast.expr) and is_made_up(node):
                yield node
            yield from (
                each for each in said_by(node) if isinstance(each, ast.JoinedStr | ast.BinOp) and not is_made_up(each)
            )


def is_made_up(node: ast.expr) -> bool:
    match node:
        case ast.JoinedStr():
            return reads_as_sentence("".join(text_of(each) or "X" for each in node.values))
        case ast.BinOp(op=ast.Add() | ast.Mod()):
            return any(re.search(r"[A-Za-z]{2,} [a-z]+ ", text_of(each)) for each in (node.left, node.right))
        case ast.Call(func=ast.Attribute(value=ast.Constant())):
            return reads_as_sentence(text_of(node.func.value)) and node.func.attr in ("format", "replace")
    return False


def said_by(node: ast.AST) -> Iterator[ast.expr]:
    """What an error, or a field, is given as its sentence."""
    if isinstance(node, ast.Call) and REFUSALS.fullmatch(name_of(node)):
        yield from node.args[:1]
    if isinstance(node, ast.keyword) and node.arg == "error":
        yield node.value
    if isinstance(node, ast.keyword) and node.arg in ("error_messages", "fields") and isinstance(node.value, ast.Dict):
        for value in node.value.values:
            yield from value.elts if isinstance(value, ast.List) else [value]


def calls(tree: ast.AST) -> Iterator[ast.Call]:
    yield from (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def name_of(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")


def is_literal(node: ast.expr) -> bool:
    return bool(text_of(node))


def text_of(node: ast.AST) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
