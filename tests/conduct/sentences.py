"""What people say on the phone: asking for no more calls, perhaps, and not at all."""

SURE = """
Please don't call me again.
Do not call this number ever again.
don't ever call me again okay
Never call me again.
Stop calling me!
I said stop calling.
Could you please stop calling here, thank you.
Take me off your list.
Take me off your calling list please.
Remove my number from your database.
Can you remove me from your call list?
Put me on your do not call list.
I don't want any more calls.
I do not want to be called again.
I don't want you calling me anymore.
We don't want to receive these calls.
No more calls, please.
Lose my number.
I'd like to opt out.
Please unsubscribe me.
Just delete my number.
You people need to stop calling me, I am not interested.
No me vuelva a llamar.
Por favor, no me llamen más.
Deje de llamarme.
Ya no quiero que me llamen.
No quiero recibir más llamadas.
Quíteme de su lista, por favor.
Bórrenme de la base de datos.
Ne m'appelez plus.
Ne me rappelez plus jamais s'il vous plaît.
Arrêtez de m'appeler.
Je ne veux plus être appelé.
Je ne souhaite plus recevoir d'appels.
Retirez-moi de votre liste.
Supprimez mon numéro.
Rufen Sie mich bitte nicht mehr an.
Rufen Sie hier nie wieder an!
Ich möchte nicht mehr angerufen werden.
Hören Sie auf, mich anzurufen.
Keine weiteren Anrufe bitte.
Streichen Sie mich von Ihrer Liste.
Löschen Sie bitte meine Nummer.
"""

PERHAPS = """
Don't call me.
Please do not call me before nine.
Don't call me again until Monday.
Stop calling me at work.
Just leave me alone.
I'm on the do not call list.
How do I opt out?
Why do you keep calling?
No me llame.
No me llamen más después de las ocho.
Déjeme en paz.
Ne m'appelez pas.
Ne m'appelez plus avant lundi.
Laissez-moi tranquille.
Rufen Sie mich nicht an.
Rufen Sie mich nicht mehr vor neun an.
Lassen Sie mich in Ruhe.
"""

NEVER = """
Call me again tomorrow.
You can call me anytime.
They never call me back.
He doesn't call me anymore.
I never called you.
Why don't you call me again on Friday?
I don't call them anymore.
Don't hesitate to call me again.
I don't want you to stop calling.
Please don't take me off your list.
My alarm won't stop ringing.
I had to stop, calling from the truck.
I stopped calling them last week.
I'm not interested, thanks.
Take me off the waiting list and give me the slot.
I want to be called when it is ready.
Don't call me sir.
We don't have any calls today.
No more stops after Barstow.
I opted for the cheaper one.
Remove the second item from my order.
I'll call you back.
They don't want any of the pallets.
No, I need more time.
Llámeme otra vez mañana.
Nunca me llamaron.
Sí, llámeme después.
No me llamo Pedro.
Rappelez-moi demain.
Ils ne m'ont jamais appelé.
Je m'appelle plus tard Maria.
Rufen Sie mich morgen wieder an.
Ich habe keine Anrufe bekommen.
Er ruft mich nie zurück.
"""

DISCLOSED = {
    "ai": """
Hi, I'm an AI assistant calling for Brightline.
This is Alex, a virtual assistant from Brightline.
You are speaking with an automated assistant.
This is an automated call from Lakeside Family Practice.
Just so you know, I'm an artificial intelligence.
Soy un asistente virtual de Brightline.
Le habla Sofía, una inteligencia artificial de Brightline.
Je suis un assistant virtuel de Brightline.
Bonjour, ici Léa, l'assistante vocale de Brightline.
Guten Tag, ich bin eine KI von Brightline.
Hier ist der virtuelle Assistent der Praxis am See.
""",
    "caller": """
Hi, this is Alex from Brightline.
Hello, this is Lakeside Family Practice.
My name is Alex.
I'm calling on behalf of Brightline.
Le habla Alex, de Brightline.
Me llamo Alex.
Je vous appelle de la part de Brightline.
Hier spricht Alex von Brightline.
""",
    "recording": """
This call may be recorded for quality.
We are on a recorded line.
This call is being recorded.
Esta llamada está siendo grabada.
Cet appel est enregistré.
Dieses Gespräch wird aufgezeichnet.
""",
    "opt_out": """
If you don't want to be called, just say so.
You can opt out at any time.
If you would rather not be called, tell me.
If you no longer want our calls, say stop.
Si ya no desea que le llamemos, dígamelo.
Si vous ne souhaitez plus être appelé, dites-le-moi.
Wenn Sie keine Anrufe mehr möchten, sagen Sie es bitte.
""",
}

UNDISCLOSED = {
    "ai": """
Hi, this is Alex from Brightline.
I'm not a robot, I promise.
You are talking to a real person.
We sell AI software.
Do you use a computer at work?
The machine is in your order.
""",
    "caller": """
How are you today?
This is about your appointment.
Is this a good time?
""",
    "recording": """
I have your record here.
Your payment was recorded yesterday.
""",
    "opt_out": """
I will call you again tomorrow.
Thank you for your time.
""",
}


def lines(text: str) -> list[str]:
    return text.strip().splitlines()
