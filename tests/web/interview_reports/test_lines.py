"""How the lines of a report are said: parts in order, codes in words, whoever is covered by what they are alone."""

from flask import Flask

from hub.web.interview_reports.lines import named, parts_of


def test_parts_stand_in_the_order_of_the_form_and_codes_in_words(app: Flask) -> None:
    content = {"intelligence.kinds": ["person"], "no_harm": True, "during.where": ["park", "street"], "narrative": "X"}
    with app.test_request_context():
        parts = parts_of(content)
        first = parts_of(content, first="intelligence")[0]
    assert [part.title for part in parts] == ["While they were missing", "Harm", "For the police", "The account"]
    assert parts[0].lines[0].says == ["In a park", "In the street"]
    assert (first.title, first.lines[0].says) == ("For the police", ["A person"])


def test_somebody_whose_name_is_covered_stands_once_as_what_they_are(app: Flask) -> None:
    people = [{"name": "[friend 2]", "role": "friend"}, {"name": "K. Made-Up", "role": "stranger", "words": "Drives."}]
    with app.test_request_context():
        [part] = parts_of({"people": people})
    assert part.lines[0].says == ["[friend 2]", "K. Made-Up (stranger): Drives."]


def test_a_line_is_named_with_its_part(app: Flask) -> None:
    with app.test_request_context():
        assert named("during.places") == "While they were missing: which places"
        assert named("people") == "People who are named"
