"""The XForm engine: definition, XPath, navigation, validation. Pure, shared by phone and registry.

    definition = forms.load(xml)                    # once per form; refuses what we do not support
    session = forms.Session(definition)             # one filling; answers=draft to go on with one
    session.set("/data/person[1]/name", "王秀英")
    page = session.walker.next()                    # question, group or repeat page
    problems = session.finish()                     # [] when it can be sealed
    record = session.to_json()                      # or to_xml()

The shape of drafts, pages and sealed answers, and why expressions are read by our own small parser: ADR 8.
"""

from forms.definition import Definition
from forms.engine.check import Problem
from forms.engine.hooks import Hooks
from forms.engine.pages import Page
from forms.engine.questions import ChoiceView, Question
from forms.engine.session import Session
from forms.engine.walk import Line, Walker
from forms.errors import AnswerError, FormError, XPathError
from forms.load.instances import dataset, dataset_from_csv
from forms.load.loader import examine, load, problems

__all__ = [
    "AnswerError",
    "ChoiceView",
    "Definition",
    "FormError",
    "Hooks",
    "Line",
    "Page",
    "Problem",
    "Question",
    "Session",
    "Walker",
    "XPathError",
    "dataset",
    "dataset_from_csv",
    "examine",
    "load",
    "problems",
]
