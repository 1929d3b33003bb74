"""Everyday words the method knows: what carries no meaning alone, and what means about the same.

General English with some Spanish. Nothing here is about one trade, scenario or schema.
"""


def word_set(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


def numbered(listed: str, *, start: int = 0, step: int = 1) -> dict[str, int]:
    """Count through words in order; words of the same number are joined by a slash."""
    counted = enumerate(listed.split(), start)
    return {name: number * step for number, same in counted for name in same.split("/")}


STOP_WORDS = word_set(
    """
    a an the this that these those it its is are was were be been being am i you he she we they me
    him her us them my your his our their mine yours ours theirs do does did done doing have has
    had having will would can could shall should may might must to of in on at by for with from as
    and or but if so than then too very just about into out up down over under again there
    what which whom whose how not no nor any some all each other such only own
    same near around outside past off toward towards along through
    s t d ll m re ve don isn aren wasn weren doesn didn won wouldn couldn shouldn hasn haven
    please thanks thank hello hi hey um uh okay ok yeah yes yep sure right well like got get gets
    let make going go know think tell say said also now still really actually
    little bit lot poco poquito one ones thing things something anything someone anyone few
    was user caller whether boolean flag indicate indicates indicating indicated true false value
    field null unknown given current currently

    el la los las un una unos unas de del en que y o es son soy estoy esta está por para con se me
    mi su lo al le pues muy ya
    """
)

# Whom and what a form is about: as every field of it is, these words tell no field from another.
SUBJECTS = word_set(
    """
    customer client caller patient prospect driver contact conductor cliente call conversation
    record transcript llamada
    """
)
# Words of courtesy: a thought made of nothing else tells nothing.
COURTESIES = word_set(
    """
    thank thanks welcome please great nice perfect cool fine good wonderful awesome excellent enjoy
    appreciate bye goodbye hello hi hey sorry excuse help day much lot super lovely cheers gracias
    understood noted favor hola adiós problem worries deal
    """
)
# Common first words of a sentence that are no names although they begin with a capital.
OPENERS = word_set(
    """
    find play give book show tell search look check try put take call begin begins start starts
    reserve send confirm add change use keep buy bring come stop wait hold maybe perhaps since
    because after before while when once everything everyone everybody nobody nothing something
    somebody someone anything another both most many several half today tomorrow tonight yesterday
    here's there's let's traffic weather between during according
    """
)

# Each line is one meaning; words are matched by their stem.
SAME_MEANING = """
    late delay behind hold stuck slow postpone retraso demora atrasado
    arrive arrival reach here eta llegada llegar
    drive road highway roll en_route conducir manejar
    safe unharmed unhurt safety
    injury hurt injured wound bleed herido
    crash accident collide collision wreck hit choque accidente
    breakdown mechanical broke engine motor averia
    sick ill medical sickness illness enfermo
    fire flame smoke burn incendio
    weather snow ice rain storm fog wind blizzard clima
    traffic jam congestion pileup tráfico
    load cargo freight shipment goods carga
    secure strap tie lock seal intact
    reason cause because due why razón causa motivo
    location place position spot city town area address where lugar ciudad ubicación dónde
    name who nombre quién
    price cost fare budget rent pay spend amount rate fee charge money presupuesto precio costo
    date day fecha día
    time hour clock when hora cuándo
    need require want necesitar
    problem issue trouble pain struggle struggling challenge difficulty frustrate problema
    concern worry objection object hesitate hesitant doubt
    next step siguiente
    number many count quantity cuántos número
    people person traveler passenger rider guest seat ticket personas
    begin start depart departure leave leaving originate
    end return finish
    call phone telephone teléfono llamar
    doctor physician doctor
    remind reminder recordar
    acknowledge confirm understand understood agree aware confirmar
    buy purchase
    film movie show
    kid child children
    apartment flat property
    bed bedroom
    bath bathroom
    free complimentary gratis
    cheap inexpensive affordable
    expensive pricey costly
    worship church temple mosque
    """

# Turns of phrase that mean more than their words.
IDIOMS = {
    "arrive": "made it|got here|got there|i'm there|we're there|pulled in|checked in",
    "drive": "on my way|on the way|on the road|en route|heading|headed|moving|under way",
    "breakdown": "broke down|broken down|quit on me|won't start|flat tire|blew a tire|tire blew",
    "safe": "(?:i'm|we're|everyone's|everybody's|all) (?:ok|okay|fine|good|alright|all right)",
    "": "hold on|hang on|hold up a second|come on|as late as",
    "delay": "held up|backed up|falling behind",
    "number": "how many",
    "price": "how much",
}
