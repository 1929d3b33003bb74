"""The words of clock and calendar, in English and Spanish."""

from backend.sandbox.llm.answering.lexicon import numbered

WEEKDAYS = numbered(
    """monday/mon/lunes tuesday/tues/tue/martes wednesday/wed/miércoles/miercoles
        thursday/thurs/thur/thu/jueves friday/fri/viernes saturday/sat/sábado/sabado
        sunday/sun/domingo"""
)
MONTHS = numbered(
    """january/jan/enero february/feb/febrero march/mar/marzo april/apr/abril may/mayo
        june/jun/junio july/jul/julio august/aug/agosto september/sept/sep/septiembre
        october/oct/octubre november/nov/noviembre december/dec/diciembre""",
    start=1,
)
ORDINALS = numbered(
    """first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth
        thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth
        twenty-first twenty-second twenty-third twenty-fourth twenty-fifth twenty-sixth
        twenty-seventh twenty-eighth twenty-ninth thirtieth thirty-first""",
    start=1,
)
RELATIVE_DAYS = {
    "day before yesterday": -2,
    "yesterday": -1,
    "ayer": -1,
    "today": 0,
    "tonight": 0,
    "this morning": 0,
    "this afternoon": 0,
    "this evening": 0,
    "hoy": 0,
    "esta noche": 0,
    "day after tomorrow": 2,
    "pasado mañana": 2,
    "tomorrow": 1,
    "mañana": 1,
}
HOURS = numbered(
    """one/una two/dos three/tres four/cuatro five/cinco six/seis seven/siete eight/ocho
        nine/nueve ten/diez eleven/once twelve/doce""",
    start=1,
)
MINUTES = {
    "oh five": 5,
    "five": 5,
    "ten": 10,
    "fifteen": 15,
    "quarter": 15,
    "cuarto": 15,
    "twenty-five": 25,
    "twenty five": 25,
    "twenty": 20,
    "thirty-five": 35,
    "thirty five": 35,
    "thirty": 30,
    "half": 30,
    "media": 30,
    "forty-five": 45,
    "forty five": 45,
    "forty": 40,
    "fifty-five": 55,
    "fifty five": 55,
    "fifty": 50,
}
MORNING = frozenset({"am", "morning", "mañana", "madrugada"})
LATER_HALF = frozenset({"pm", "afternoon", "evening", "night", "tarde", "noche", "tonight"})
NOON = frozenset({"noon", "midday", "mediodía", "mediodia"})
MIDNIGHT = frozenset({"midnight", "medianoche"})
UNIT_SECONDS = {
    name: seconds
    for names, seconds in {
        "second/sec/segundo": 1,
        "minute/min/minuto": 60,
        "hour/hr/hora": 3600,
        "day/night/día/dia": 86_400,
        "week/semana": 604_800,
        "month/mes": 2_592_000,
        "year/año": 31_536_000,
    }.items()
    for name in names.split("/")
}
