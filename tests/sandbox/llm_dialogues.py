"""Phone conversations with the forms they fill: what an ordinary call ought to yield."""

from dataclasses import dataclass, field
from typing import Any

JsonSchema = dict[str, Any]
STARTED = "Call started at: 2026-11-20T15:04:05Z (America/Chicago)"


@dataclass(frozen=True)
class Dialogue:
    """A conversation, the fields asked of it, and for each what its value has to be or contain.

    A text is found when it contains the expected words; `None` must stay empty.
    """

    name: str
    lines: str
    fields: dict[str, JsonSchema]
    expected: dict[str, Any]
    started: str = field(default=STARTED)

    @property
    def prompt(self) -> str:
        turns = self.lines.strip().splitlines()
        said = "\n".join(f"[{number}] {turn.strip()}" for number, turn in enumerate(turns))
        return f"Fill in the record from this call.\n{self.started}\n\n{said}"


def text(description: str, **more: Any) -> JsonSchema:
    return {"type": "string", "description": description, **more}


def choice(description: str, *choices: str) -> JsonSchema:
    return {"type": "string", "description": description, "enum": list(choices)}


def flag(description: str) -> JsonSchema:
    return {"type": "boolean", "description": description}


def texts(description: str) -> JsonSchema:
    return {"type": "array", "description": description, "items": {"type": "string"}}


CHECK_IN = {
    "driver_status": choice("What the driver is doing", "driving", "delayed", "arrived", "resting"),
    "current_location": text("Where the driver is now"),
    "eta": text("When the driver expects to arrive", format="date-time"),
    "delay_reason": text("Why the driver is late"),
    "pod_reminder_acknowledged": flag("Whether the driver agreed to send the proof of delivery"),
}
EMERGENCY = {
    "emergency_type": choice(
        "Kind of emergency", "accident", "breakdown", "medical", "weather", "other"
    ),
    "safety_status": choice("Whether the driver is safe", "safe", "in_danger", "unknown"),
    "injuries": text("Who is hurt and how"),
    "location": text("Where it happened"),
    "load_secure": flag("Whether the load is still secure"),
}
QUALIFICATION = {
    "needs": texts("What the prospect needs"),
    "pain_points": texts("Problems the prospect has today"),
    "objections": texts("Concerns the prospect has about buying"),
    "budget": {"type": "number", "description": "Monthly budget in dollars"},
    "next_step": text("What was agreed as the next step"),
    "decision_maker": text("Name of the person who decides"),
}

LATE_DRIVER = Dialogue(
    "a driver who runs late and corrects himself",
    """
    agent: Hi Carla, this is dispatch about load 4471. How is the run going?
    user: Hey. Not great, I'm behind.
    agent: Sorry to hear that. Where are you right now?
    user: I just passed Ogallala on I-80.
    agent: And what's holding you up?
    user: They closed two lanes for a rollover, so everybody crawls.
    agent: When do you think you'll get to the receiver?
    user: Around four thirty this afternoon. No wait, make that five fifteen.
    agent: Got it. Please remember to send us a photo of the signed proof of delivery.
    user: Will do, as soon as they sign.
    """,
    CHECK_IN,
    {
        "driver_status": "delayed",
        "current_location": "Ogallala",
        "eta": "2026-11-20T23:15:00Z",
        "pod_reminder_acknowledged": True,
    },
)
ARRIVED_DRIVER = Dialogue(
    "a driver who is there",
    """
    agent: Good morning, am I speaking with Luis?
    user: Yes ma'am.
    agent: Have you made it to the consignee in Joplin yet?
    user: Yep, I got here twenty minutes ago, they put me in door 14.
    agent: Wonderful. Could you text me the proof of delivery when they're done?
    user: Sorry, I can't, my phone's camera is broken.
    """,
    CHECK_IN,
    {
        "delay_reason": None,
        "pod_reminder_acknowledged": False,
    },
)
ROLLING_DRIVER = Dialogue(
    "a driver on schedule",
    """
    agent: Checking in on your trip to Tulsa. What's your status?
    user: I'm rolling, no trouble at all.
    agent: What's your location?
    user: I'm near mile marker 108 on the Turner Turnpike.
    agent: What is your ETA?
    user: I should be there in about two hours.
    agent: Thanks. Don't forget the POD when you're empty, okay?
    user: Okay.
    """,
    CHECK_IN,
    {
        "driver_status": "driving",
        "current_location": "mile marker 108 on the Turner Turnpike",
        "eta": "2026-11-20T17:04:05Z",
        "delay_reason": None,
        "pod_reminder_acknowledged": True,
    },
)
BREAKDOWN = Dialogue(
    "a breakdown on the shoulder",
    """
    agent: Roadside line, what happened?
    user: The engine quit on me and I rolled onto the shoulder.
    agent: Are you out of the cab and safe?
    user: Yeah, I'm standing behind the guardrail.
    agent: Is anyone hurt?
    user: No, nobody's hurt. It's just me.
    agent: Where exactly are you?
    user: Northbound on I-25, maybe a mile past exit 184.
    agent: Is your load still secure?
    user: Yes, the straps are fine, nothing moved.
    """,
    EMERGENCY,
    {
        "safety_status": "safe",
        "injuries": "nobody's hurt",
        "location": "I-25",
        "load_secure": True,
    },
)
COLLISION = Dialogue(
    "a collision with an injury",
    """
    user: Hi, uh, a pickup just hit my trailer.
    agent: Okay. First of all, are you safe where you are?
    user: I'm okay, I pulled into a gas station.
    agent: Good. Is anybody injured?
    user: The other guy's wrist is hurting, he thinks it's sprained.
    agent: Where did this happen?
    user: At the corner of Fifth Street and Harbor Road in Duluth.
    agent: Did the cargo shift, or is it still secured?
    user: It isn't secure, two pallets came loose.
    """,
    EMERGENCY,
    {
        "emergency_type": "accident",
        "injuries": "wrist is hurting",
        "location": "Duluth",
        "load_secure": False,
    },
)
PROSPECT = Dialogue(
    "a prospect with worries",
    """
    agent: Hi, this is Robin with Northwind Telephony. What made you fill in our form?
    user: We need something that answers our phones after hours.
    agent: What's the biggest problem with how you handle it today?
    user: Honestly, we lose leads every weekend. And my receptionist struggles to keep up.
    agent: Understood. What budget do you have in mind?
    user: Somewhere around fifteen hundred a month.
    agent: Any concerns about switching?
    user: I'm worried about the long contract.
    agent: Makes sense. What would be a good next step?
    user: Send me a proposal and let's talk next Tuesday at ten.
    """,
    QUALIFICATION,
    {
        "needs": ["answers our phones after hours"],
        "pain_points": ["lose leads every weekend", "receptionist struggles to keep up"],
        "objections": ["long contract"],
        "budget": 1500,
        "next_step": "Send me a proposal",
        "decision_maker": None,
    },
)
APPOINTMENT = Dialogue(
    "an appointment that is moved",
    """
    agent: Lakeside Dental, how can I help?
    user: Hi, this is Priya Raman. I have to move my appointment.
    agent: Of course. Which day works better for you?
    user: Could we do Wednesday? Actually, Thursday would be better.
    agent: Thursday it is. What time?
    user: Half past nine in the morning.
    agent: And a phone number where we can reach you?
    user: It's 415 555 0142.
    agent: Do you have any allergies?
    user: No.
    """,
    {
        "patient_name": text("Name of the patient"),
        "appointment_date": text("New date of the appointment", format="date"),
        "appointment_time": text("New time of the appointment", format="time"),
        "callback_number": text("Phone number to call back", format="phone"),
        "has_allergies": flag("Whether the patient has allergies"),
        "insurance_company": text("Name of the insurance company"),
    },
    {
        "patient_name": "Priya Raman",
        "appointment_date": "2026-11-26",
        "appointment_time": "09:30:00",
        "callback_number": "4155550142",
        "has_allergies": False,
        "insurance_company": None,
    },
)
SPANISH = Dialogue(
    "a delivery arranged in Spanish",
    """
    agent: Hola, le llamo por su entrega. ¿Va a estar en casa?
    user: Sí, claro, voy a estar.
    agent: ¿Qué día le conviene?
    user: El martes, por favor.
    """,
    {
        "en_casa": flag("Si va a estar en casa"),
        "dia_de_entrega": text("Día de la entrega", format="date"),
    },
    {"en_casa": True, "dia_de_entrega": "2026-11-24"},
)
ORDER = Dialogue(
    "an order of two things",
    """
    agent: Harbor Kitchen. Which dishes and drinks would you like?
    user: I'd like two trays of lasagna, and I'd like five bottles of lemonade, please.
    agent: When do you want to pick it up?
    user: Tomorrow at noon.
    """,
    {
        "items": {
            "type": "array",
            "description": "The dishes and drinks the caller would like",
            "items": {
                "type": "object",
                "properties": {
                    "dish": text("What the caller would like"),
                    "quantity": {"type": "integer", "description": "How many"},
                },
                "required": ["dish", "quantity"],
            },
        },
        "pickup_at": text("When the order is picked up", format="date-time"),
    },
    {
        "items": [
            {"dish": "lasagna", "quantity": 2},
            {"dish": "lemonade", "quantity": 5},
        ],
        "pickup_at": "2026-11-21T18:00:00Z",
    },
)
DIALOGUES = (
    LATE_DRIVER,
    ARRIVED_DRIVER,
    ROLLING_DRIVER,
    BREAKDOWN,
    COLLISION,
    PROSPECT,
    APPOINTMENT,
    SPANISH,
    ORDER,
)
