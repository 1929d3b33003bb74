"""Speech of other languages in the English words that the rules of agreement go by.

A table says what the rules have to know of a language: yes and no, days, months, units, and the
words with which a number or day that is named may not be the one that is meant. What is not in a
table stays as it was said, and rules that need more than a table are for English alone.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from backend.grounding.speech.number_names import leading_number
from backend.grounding.speech.numbers import is_number
from backend.grounding.speech.words import composed, plain_words, words, wordset

ENGLISH = "en"

# Words that hardly a sentence of the language is without, and few others have.
_COMMON = {
    "en": "the is are you what do to of and it for that i my your have will at on can we this "
    "was there with be not how would",
    "es": "el la los que de y en es por para con una esta estoy usted mi lo se su cual donde "
    "cuando tengo hay muy pero como las del son le",
    "fr": "le la les est et je vous pas une des que pour dans suis avec mon ce il du au qui sur "
    "nous quel ou avez sont mais un",
    "de": "der die das ist und ich sie nicht ein eine wir mit zu den fur auf wann wo haben bin im "
    "am um es dem was hat habe",
    "pt": "o os que de e em para com uma nao voce meu esta estou seu qual onde da um na os "
    "as tem sao mas por",
    "it": "il di che per con una non sono lei mi della quando dove ho la le un del si come ha nel "
    "alle sua mio",
    "nl": "de het een en ik is niet van we met dat op voor u heb waar wanneer bent zijn om te ben "
    "hoe wat er maar",
}
_SETS = {language: wordset(texts) for language, texts in _COMMON.items()}
# With fewer words not everything can be told, or nothing; with fewer of the common ones it is yet
# another language.
_TELLING_WORDS = 25
_FEW_WORDS = 8
_COMMON_SHARE = 0.12
_TELLING_HITS = 3
_LETTERS = re.compile(r"[^\W\d_]")

_TABLES: dict[str, dict[str, str]] = {
    "es": {
        "yes": "si claro correcto exacto afirmativo",
        "no": "no negativo",
        "not": "nunca jamas nada nadie ningun ninguna ninguno tampoco sin",
        "thanks": "gracias", "please": "favor", "sir": "senor", "madam": "senora", "okay": "vale",
        "monday": "lunes", "tuesday": "martes", "wednesday": "miercoles", "thursday": "jueves",
        "friday": "viernes", "saturday": "sabado", "sunday": "domingo",
        "january": "enero", "february": "febrero", "march": "marzo", "april": "abril",
        "may": "mayo", "june": "junio", "july": "julio", "august": "agosto",
        "september": "septiembre setiembre", "october": "octubre", "november": "noviembre",
        "december": "diciembre",
        "today": "hoy", "tomorrow": "manana", "yesterday": "ayer", "week": "semana semanas",
        "hours": "hora horas", "minutes": "minuto minutos", "days": "dia dias",
        "months": "mes meses", "years": "ano anos",
        "half": "media medio", "quarter": "cuarto", "couple": "par varios", "dozen": "docena",
        "before": "antes menos", "after": "despues pasado", "until": "hasta", "from": "desde",
        "between": "entre", "or": "o", "each": "cada", "more": "mas", "double": "doble",
        "wife": "esposa mujer", "husband": "esposo marido", "me": "yo mi nosotros nos",
        "family": "familia", "kids": "hijos hijas hijo hija ninos", "friend": "amigo amigos",
        "percent": "ciento", "actually": "mejor realidad",
        "problem": "problema problemas inconveniente", "anything": "algo alguna algun otra otro",
        "mind": "molesta importa", "wrong": "falta mal",
    },
    "fr": {
        "yes": "oui ouais exactement exact",
        "no": "non",
        "not": "pas jamais rien aucun aucune personne sans",
        "thanks": "merci", "sir": "monsieur", "madam": "madame", "okay": "daccord",
        "monday": "lundi", "tuesday": "mardi", "wednesday": "mercredi", "thursday": "jeudi",
        "friday": "vendredi", "saturday": "samedi", "sunday": "dimanche",
        "january": "janvier", "february": "fevrier", "march": "mars", "april": "avril",
        "may": "mai", "june": "juin", "july": "juillet", "august": "aout",
        "september": "septembre", "october": "octobre", "november": "novembre",
        "december": "decembre",
        "today": "aujourdhui", "tomorrow": "demain", "yesterday": "hier",
        "week": "semaine semaines huitaine quinzaine", "hours": "heure heures",
        "minutes": "minute minutes", "days": "jour jours", "months": "mois",
        "years": "an ans annee annees",
        "half": "demi demie", "quarter": "quart", "couple": "plusieurs quelques", "dozen":
        "douzaine", "before": "avant moins", "after": "apres", "until": "jusque jusqua jusquau",
        "from": "depuis", "between": "entre", "or": "ou", "each": "chaque", "more": "plus",
        "double": "double", "wife": "femme epouse", "husband": "mari", "me": "moi nous",
        "family": "famille", "kids": "enfants enfant fils fille", "friend": "ami amis amie",
        "percent": "pourcent", "actually": "plutot finalement",
        "problem": "probleme problemes souci soucis", "anything": "autre quelque",
        "mind": "derange gene", "wrong": "manque",
    },
    "de": {
        "yes": "ja jawohl genau richtig klar naturlich",
        "no": "nein nee no",
        "not": "nicht kein keine keinen keinem keiner nie niemals niemand nichts ohne",
        "thanks": "danke dank", "please": "bitte",
        "monday": "montag", "tuesday": "dienstag", "wednesday": "mittwoch",
        "thursday": "donnerstag", "friday": "freitag", "saturday": "samstag sonnabend",
        "sunday": "sonntag",
        "january": "januar janner", "february": "februar", "march": "marz", "april": "april",
        "may": "mai", "june": "juni juno", "july": "juli", "august": "august",
        "september": "september", "october": "oktober", "november": "november",
        "december": "dezember",
        "today": "heute", "tomorrow": "morgen", "yesterday": "gestern", "week": "woche wochen",
        "hours": "stunde stunden", "minutes": "minute minuten", "days": "tag tage tagen",
        "months": "monat monate monaten", "years": "jahr jahre jahren",
        "half": "halb halbe halben halbes anderthalb eineinhalb zweieinhalb dreieinhalb",
        "quarter": "viertel dreiviertel", "couple": "paar mehrere", "dozen": "dutzend",
        "before": "vor", "after": "nach uber", "until": "bis", "from": "ab seit",
        "between": "zwischen", "or": "oder", "each": "je jede jeder jedes jeweils",
        "more": "mehr weitere", "double": "doppelt", "wife": "frau", "husband": "mann",
        "me": "mich mir uns", "family": "familie", "kids": "kinder kind sohn tochter kindern",
        "friend": "freund freunde freundin", "percent": "prozent",
        "actually": "doch eigentlich sondern lieber",
        "problem": "problem probleme problemen", "anything": "etwas irgendwas sonst noch",
        "mind": "stort einwand einwande dagegen", "wrong": "fehlt falsch",
    },
    "pt": {
        "yes": "sim isso claro exato certo",
        "no": "nao negativo",
        "not": "nunca jamais nada ninguem nenhum nenhuma sem",
        "thanks": "obrigado obrigada", "please": "favor", "sir": "senhor", "madam": "senhora",
        "tuesday": "terca", "saturday": "sabado", "sunday": "domingo",
        "january": "janeiro", "february": "fevereiro", "march": "marco", "april": "abril",
        "may": "maio", "june": "junho", "july": "julho", "august": "agosto",
        "september": "setembro", "october": "outubro", "november": "novembro",
        "december": "dezembro",
        "today": "hoje", "tomorrow": "amanha", "yesterday": "ontem", "week": "semana semanas",
        "hours": "hora horas", "minutes": "minuto minutos", "days": "dia dias",
        "months": "mes meses", "years": "ano anos",
        "half": "meia meio", "quarter": "quarto", "couple": "par varios alguns", "dozen": "duzia",
        "before": "antes menos", "after": "depois apos", "until": "ate", "from": "desde",
        "between": "entre", "or": "ou", "each": "cada", "more": "mais", "double": "dobro",
        "wife": "esposa mulher", "husband": "marido", "me": "mim eu nos",
        "family": "familia", "kids": "filhos filho filha criancas", "friend": "amigo amigos",
        "percent": "porcento", "actually": "melhor verdade",
        "problem": "problema problemas", "anything": "algo alguma algum outra outro",
        "mind": "importa incomoda", "wrong": "falta errado",
    },
    "it": {
        "yes": "si certo esatto esattamente",
        "no": "no",
        "not": "non mai niente nulla nessuno nessuna neanche senza",
        "thanks": "grazie", "please": "prego favore", "sir": "signore", "madam": "signora",
        "monday": "lunedi", "tuesday": "martedi", "wednesday": "mercoledi", "thursday": "giovedi",
        "friday": "venerdi", "saturday": "sabato", "sunday": "domenica",
        "january": "gennaio", "february": "febbraio", "march": "marzo", "april": "aprile",
        "may": "maggio", "june": "giugno", "july": "luglio", "august": "agosto",
        "september": "settembre", "october": "ottobre", "november": "novembre",
        "december": "dicembre",
        "today": "oggi", "tomorrow": "domani", "yesterday": "ieri",
        "week": "settimana settimane", "hours": "ora ore", "minutes": "minuto minuti",
        "days": "giorno giorni", "months": "mese mesi", "years": "anno anni",
        "half": "mezza mezzo mezzora", "quarter": "quarto", "couple": "paio alcuni coppia",
        "dozen": "dozzina", "before": "prima meno", "after": "dopo", "until": "fino",
        "from": "dal dalle", "between": "tra fra", "or": "o oppure", "each": "ciascuno ogni",
        "more": "piu", "double": "doppio", "wife": "moglie", "husband": "marito",
        "me": "me io noi", "family": "famiglia", "kids": "figli figlio figlia bambini",
        "friend": "amico amici amica", "actually": "anzi meglio",
        "problem": "problema problemi", "anything": "qualcosa altro altra qualche",
        "mind": "dispiace disturba", "wrong": "manca sbagliato",
    },
    "nl": {
        "yes": "ja jawel klopt inderdaad zeker",
        "no": "nee neen",
        "not": "niet geen nooit niemand niets zonder",
        "thanks": "dank dankjewel bedankt", "please": "alstublieft", "sir": "meneer",
        "madam": "mevrouw",
        "monday": "maandag", "tuesday": "dinsdag", "wednesday": "woensdag",
        "thursday": "donderdag", "friday": "vrijdag", "saturday": "zaterdag", "sunday": "zondag",
        "january": "januari", "february": "februari", "march": "maart", "april": "april",
        "may": "mei", "june": "juni", "july": "juli", "august": "augustus",
        "september": "september", "october": "oktober", "november": "november",
        "december": "december",
        "today": "vandaag", "tomorrow": "morgen", "yesterday": "gisteren", "week": "week weken",
        "hours": "uren", "minutes": "minuut minuten", "days": "dag dagen",
        "months": "maand maanden", "years": "jaar jaren",
        "half": "half halve anderhalf anderhalve", "quarter": "kwart kwartier",
        "couple": "paar enkele", "dozen": "dozijn", "before": "voor", "after": "na over",
        "until": "tot", "from": "vanaf sinds", "between": "tussen", "or": "of",
        "each": "elk elke ieder per", "more": "meer extra", "double": "dubbel",
        "wife": "vrouw", "husband": "man", "me": "mij ons", "family": "gezin familie",
        "kids": "kinderen kind zoon dochter", "friend": "vriend vrienden vriendin",
        "percent": "procent", "actually": "eigenlijk toch liever",
        "problem": "probleem problemen", "anything": "iets anders nog",
        "mind": "bezwaar erg", "wrong": "ontbreekt mis fout",
    },
}  # fmt: skip
_ENGLISH_OF: dict[str, dict[str, str]] = {
    language: {own: english for english, owns in table.items() for own in owns.split()}
    for language, table in _TABLES.items()
}
# Behind one of these, the word for tomorrow is the one for the morning.
_MORNING = wordset("la am guten diesen jeden dem heute gestern goede de s vanmorgen")
# Half before the hour that is named: "halb drei" is 2:30.
_HALF_TO = frozenset({("de", "halb"), ("nl", "half")})
_PORTUGUESE_DAYS = {"segunda": "monday", "quarta": "wednesday"} | {
    "quinta": "thursday",
    "sexta": "friday",
}


def language_of(said: Iterable[str], expected: str | None = None) -> str | None:
    """Tell in which of our languages words were said: none, when it is yet another one.

    A call too short to tell was held in the language its agent is set to (`expected`, as `en-US`).
    When nobody knows, a few words count as English if they are written like it.
    """
    spoken = [word for word in said if not is_number(word)]
    best, share = _most_like(spoken)
    if share >= _COMMON_SHARE and best is not None:
        return best
    if expected is not None:
        base = expected.partition("-")[0].lower()
        return base if base in _SETS and len(spoken) < _TELLING_WORDS else None
    is_latin = all(text.isascii() for text in spoken)
    return ENGLISH if len(spoken) < _FEW_WORDS and is_latin else None


def language_of_turn(said: Iterable[str], otherwise: str | None) -> str | None:
    """Tell the language of one turn, which says little by itself."""
    spoken = {word for word in said if not is_number(word)}
    counts = _counts(spoken)
    best = max(counts, key=lambda language: counts[language])
    others = max(count for language, count in counts.items() if language != best)
    is_sure = counts[best] >= _TELLING_HITS and counts[best] > others
    return best if is_sure and counts[best] >= _COMMON_SHARE * len(spoken) else otherwise


def _most_like(spoken: Sequence[str]) -> tuple[str | None, float]:
    counts = _counts(spoken)
    best = max(counts, key=lambda language: counts[language])
    return (best, counts[best] / len(spoken)) if counts[best] >= 2 else (None, 0.0)


def _counts(spoken: Collection[str]) -> Mapping[str, int]:
    times = Counter(spoken)
    return {
        language: sum(times[text] for text in times.keys() & common)
        for language, common in _SETS.items()
    }


_THOUSANDS = re.compile(r"(?<![\d.,])(\d{1,3})((?:\.\d{3})+)(?![\d.])")
_DECIMALS = re.compile(r"(?<![\d.,])(\d+),(\d{1,2})(?![\d,])")


def in_english_words(text: str, language: str | None) -> list[str]:
    """Read a text as words that the rules know, as far as the language's table goes."""
    if language is None or language == ENGLISH:
        return [word.text for word in words(composed(text))]
    text = _THOUSANDS.sub(lambda match: match[1] + match[2].replace(".", ""), text)
    text = _DECIMALS.sub(r"\1.\2", text)
    return list(_translated(plain_words(text), language))


def _translated(texts: Sequence[str], language: str) -> Iterator[str]:
    table = _ENGLISH_OF[language]
    n = 0
    while n < len(texts):
        read = leading_number(texts[n:], language)
        if (language, texts[n]) in _HALF_TO and n + 1 < len(texts):
            hour = leading_number(texts[n + 1 :], language)
            hour = hour or ((int(texts[n + 1]), 1) if texts[n + 1].isdecimal() else None)
            if hour and 1 <= hour[0] <= 12:
                yield from (str(hour[0] - 1 or 12), "30")
                n += 1 + hour[1]
                continue
        if read:
            yield str(read[0])
            n += read[1]
            continue
        yield _word(texts, n, table, language)
        n += 1


def _word(texts: Sequence[str], n: int, table: Mapping[str, str], language: str) -> str:
    english = table.get(texts[n], texts[n])
    if english == "tomorrow" and n and texts[n - 1] in _MORNING:
        return "morning"
    if language == "pt" and texts[n + 1 : n + 2] == ["feira"]:
        return _PORTUGUESE_DAYS.get(texts[n], english)
    return english
