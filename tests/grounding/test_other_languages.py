"""Other languages: compared where a table can tell, and left alone elsewhere."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from backend.grounding.agreement.any_language import contradiction_in
from backend.grounding.agreement.evidenced import Evidenced
from backend.grounding.fields import Scalar, read_schema
from backend.grounding.speech.languages import in_english_words, language_of
from backend.grounding.speech.words import plain_words
from backend.grounding.transcript import Transcript
from backend.records.evidence import judge
from tests.records.calls import call

FIELDS: dict[str, dict[str, Any]] = {
    "comes": {"type": "boolean", "description": "Whether the patient comes."},
    "seats": {"type": "integer"},
    "late_minutes": {"type": "integer"},
    "price": {"type": "number"},
    "due": {"type": "string", "format": "date"},
    "at": {"type": "string", "format": "time"},
    "eta": {"type": "string", "format": "date-time"},
    "callback": {"type": "string", "format": "phone"},
    "mail": {"type": "string", "format": "email"},
    "day": {"type": "string"},
    "city": {"type": "string"},
}
ROOT = read_schema({"type": "object", "properties": FIELDS})
# A Saturday.
BEGAN_AT = datetime(2026, 11, 21, 10, 5, tzinfo=ZoneInfo("Europe/Berlin"))


def found(language: str | None, name: str, value: Any, quote: str, **around: Any) -> str | None:
    field = ROOT.members[name]
    assert isinstance(field, Scalar)
    said = Evidenced(name=name, value=value, quote=quote, began_at=BEGAN_AT, **around)
    return contradiction_in(language, field, said)


@pytest.mark.parametrize(
    ("language", "name", "value", "quote"),
    [
        ("de", "due", "2026-03-15", "am fünfzehnten März"),
        ("de", "due", "2026-03-15", "fünfzehnter März"),
        ("de", "due", "2026-11-22", "morgen früh"),
        ("de", "due", "2026-11-23", "nächsten Montag"),
        ("de", "due", "2026-11-23", "übermorgen"),
        ("de", "due", "2026-11-21", "Guten Morgen, heute noch"),
        ("de", "at", "14:30", "um halb drei"),
        ("de", "at", "08:45", "Viertel vor neun"),
        ("de", "seats", 4, "meine Frau und ich und zwei Kinder"),
        ("de", "seats", 2, "wir sind zu zweit"),
        ("de", "late_minutes", 120, "zwei Stunden zu spät"),
        ("de", "late_minutes", 90, "eineinhalb Stunden"),
        ("de", "price", 1200, "1.200 Euro"),
        ("de", "price", 3.5, "3,5"),
        ("de", "price", 2500, "zweitausendfünfhundert Euro"),
        ("de", "comes", True, "Ja, genau."),
        ("de", "comes", False, "Nein, danke."),
        ("de", "city", "Cologne", "Ich bin in Köln"),
        ("de", "mail", "anna@example.com", "anna Klammeraffe example Punkt com"),
        ("es", "due", "2026-03-15", "el quince de marzo"),
        ("es", "due", "2026-11-22", "mañana por la mañana"),
        ("es", "at", "20:30", "a las ocho y media"),
        ("es", "at", "08:15", "a las ocho y cuarto"),
        ("es", "seats", 35, "treinta y cinco"),
        ("es", "seats", 3, "mi esposa, yo y mi hijo"),
        ("es", "late_minutes", 30, "media hora"),
        ("es", "comes", True, "Sí, claro."),
        ("fr", "due", "2026-08-21", "le vingt et un août"),
        ("fr", "at", "08:30", "à huit heures et demie"),
        ("fr", "at", "08:30", "à 8h30"),
        ("fr", "late_minutes", 120, "deux heures de retard"),
        ("fr", "seats", 99, "quatre-vingt-dix-neuf"),
        ("fr", "price", 1200, "1 200 euros"),
        ("pt", "due", "2026-11-23", "na segunda-feira"),
        ("pt", "seats", 123, "cento e vinte e três"),
        ("pt", "comes", False, "Não, obrigado."),
        ("it", "due", "2026-05-28", "il ventotto maggio"),
        ("it", "seats", 250, "duecentocinquanta"),
        ("it", "at", "08:45", "alle nove meno un quarto"),
        ("nl", "due", "2026-11-24", "dinsdag"),
        ("nl", "at", "14:30", "om half drie"),
        ("nl", "seats", 25, "vijfentwintig plaatsen"),
        (None, "due", "2026-03-15", "piętnastego marca"),
        (None, "seats", 2, "dwie osoby"),
        (None, "comes", True, "No, tak."),
        (None, "at", "09:30", "wpół do dziesiątej, nie o 8"),
    ],
)
def test_what_was_said_in_another_language_is_not_questioned(
    language: str | None, name: str, value: Any, quote: str
) -> None:
    assert found(language, name, value, quote) is None


@pytest.mark.parametrize(
    ("language", "name", "value", "quote"),
    [
        ("de", "due", "2026-03-16", "am fünfzehnten März"),
        ("de", "due", "2026-05-15", "fünfzehnter März"),
        ("de", "due", "2026-11-23", "morgen früh"),
        ("de", "due", "2026-11-24", "nächsten Montag"),
        ("de", "at", "15:30", "um halb drei"),
        ("de", "seats", 5, "ein Tisch für vier"),
        ("de", "price", 1300, "1.200 Euro"),
        ("de", "price", 2600, "zweitausendfünfhundert Euro"),
        ("de", "comes", False, "Ja, genau."),
        ("de", "comes", True, "Nein, danke."),
        ("de", "day", "Monday", "am Dienstag"),
        ("es", "due", "2026-03-16", "el quince de marzo"),
        ("es", "due", "2026-11-21", "el lunes"),
        ("es", "seats", 36, "treinta y cinco"),
        ("es", "comes", True, "No, gracias."),
        ("fr", "due", "2026-08-22", "le vingt et un août"),
        ("fr", "late_minutes", 45, "deux heures de retard"),
        ("fr", "comes", True, "Non, merci."),
        ("pt", "due", "2026-11-24", "na segunda-feira"),
        ("pt", "seats", 124, "cento e vinte e três"),
        ("pt", "comes", True, "Não, obrigado."),
        ("it", "due", "2026-06-27", "il ventotto giugno"),
        ("it", "comes", False, "Sì, certo."),
        ("nl", "due", "2026-11-25", "dinsdag"),
        ("nl", "comes", True, "Nee, bedankt."),
        (None, "callback", "+48600700899", "sześć 600 700 888 proszę"),
    ],
)
def test_what_another_language_denies_is_caught(
    language: str | None, name: str, value: Any, quote: str
) -> None:
    assert found(language, name, value, quote) is not None


@pytest.mark.parametrize(
    ("language", "asked"),
    [
        ("de", "Gibt es Probleme mit dem Termin?"),
        ("es", "¿Le falta algo?"),
        ("fr", "Il y a un problème ?"),
        ("nl", "Heeft u daar bezwaar tegen?"),
    ],
)
def test_a_no_to_a_question_turned_round_is_left_alone(language: str, asked: str) -> None:
    assert found(language, "comes", value=True, quote="No.", answers_to=asked) is None


def test_a_name_of_another_place_in_the_call_is_caught() -> None:
    words = {"ich", "bin", "in", "hamburg", "und", "fahre", "nach", "kassel"}

    assert found("de", "city", "Kassel", "Ich bin in Hamburg", all_words=words) is not None
    assert found("de", "city", "Hamburg", "Ich bin in Hamburg", all_words=words) is None


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Hi, this is dispatch. When will you be there?"),
        ("es", "¿Cuándo va a llegar? Estoy en la autopista, llego a las tres."),
        ("fr", "Bonjour, je suis dans le camion et je serai là à huit heures."),
        ("de", "Wann kommen Sie an? Ich bin auf der Autobahn."),
        ("pt", "Quando você chega? Estou na estrada com uma carga."),
        ("it", "Quando arriva? Sono sulla strada per Milano e ho un ritardo."),
        ("nl", "Wanneer komt u aan? Ik ben op de snelweg en het duurt nog een uur."),
        (None, "Dzień dobry, kiedy pan przyjedzie na miejsce dostawy jutro rano?"),
        (None, "God morgon, jag kommer nog fram till lagret strax efter lunch tror jag."),
        (None, "こんにちは、いつ到着しますか"),
        ("en", "LAX at 5"),
    ],
)
def test_the_language_of_a_call_is_told_by_its_words(language: str | None, text: str) -> None:
    assert language_of(plain_words(text)) == language


@pytest.mark.parametrize(
    ("expected", "language"),
    [("en-US", "en"), ("de-DE", "de"), ("hi-IN", None), (None, None)],
)
def test_a_call_too_short_to_tell_was_held_in_its_agents_language(
    expected: str | None, language: str | None
) -> None:
    said = plain_words("Hi, Anna here. Is half past eight good? Nope, sorry.")

    assert language_of(said, expected) == language


def test_what_was_said_goes_before_what_the_agent_is_set_to() -> None:
    said = plain_words("Wann kommen Sie an? Ich bin auf der Autobahn.")

    assert language_of(said, "en-US") == "de"


def test_the_rules_run_on_a_call_that_is_short() -> None:
    turns = call("agent: Hi, Anna here. Is half past eight good?", "user: Nope, sorry.")
    heard = Transcript(turns, language="en-US")
    field = {"type": ["boolean", "null"], "description": "Whether the time suits."}
    answer = {"suits": {"value": True, "quote": "Nope, sorry.", "turns": [1]}}

    schema = {"type": "object", "properties": {"suits": field}}
    made = judge(answer, turns, schema, transcript=heard)

    assert [problem.code for problem in made.problems] == ["value_contradicts_quote"]


@pytest.mark.parametrize(
    ("language", "text", "words"),
    [
        ("de", "siebenundachtzig", ["87"]),
        ("de", "dreißigster Juni", ["30", "june"]),
        ("de", "hundertzwanzig", ["120"]),
        ("es", "mil novecientos noventa y nueve", ["1999"]),
        ("es", "veintiún días", ["21", "days"]),
        ("fr", "soixante et onze", ["71"]),
        ("fr", "quatre-vingts", ["80"]),
        ("fr", "deux mille cinq cents", ["2500"]),
        ("pt", "duas mil e quinhentas", ["2500"]),
        ("it", "duemilatrecento", ["2300"]),
        ("nl", "tweeduizend vijfhonderd", ["2500"]),
        ("nl", "drieëntwintigste", ["23"]),
    ],
)
def test_numbers_are_read_as_the_language_names_them(
    language: str, text: str, words: list[str]
) -> None:
    assert in_english_words(text, language) == words


def test_the_turns_of_one_call_may_be_in_two_languages() -> None:
    turns = call(
        "agent: Hello, this is the clinic. When would you like to come, and for how many?",
        "user: Buenos días, es para el quince de marzo, y somos mi hija y yo.",
        "agent: Good. So that is the fifteenth of March for the two of you?",
        "user: Sí, es correcto, y muchas gracias por la ayuda.",
    )
    schema = {
        "type": "object",
        "properties": {
            "due": {"type": ["string", "null"], "format": "date"},
            "people": {"type": ["integer", "null"]},
        },
    }

    def judged(due: str) -> list[str]:
        answer = {
            "due": {"value": due, "quote": "el quince de marzo", "turns": [1]},
            "people": {"value": 2, "quote": "somos mi hija y yo", "turns": [1]},
        }
        return [problem.field for problem in judge(answer, turns, schema).problems]

    assert judged("2027-03-15") == []
    assert judged("2027-03-16") == ["due"]
