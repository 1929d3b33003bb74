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
Put me on your do not call list.
I don't want any more calls.
I do not want to be called again.
I don't want you calling me anymore.
We don't want to receive these calls.
No more calls, please.
Lose my number.
You people need to stop calling me, I am not interested.
No, don't call me again. I'm not interested.
I told you to stop calling me.
I told you don't call me again, okay.
Please don't call me again, and take me off your list.
I want you to stop calling me now.
Thanks, but please take us off your marketing list.
No more calls please
No me vuelva a llamar.
Ya no me llame.
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
Rufen Sie mich bitte nicht mehr an.
Rufen Sie hier nie wieder an!
Ich möchte nicht mehr angerufen werden.
Hören Sie auf, mich anzurufen.
Keine weiteren Anrufe bitte.
Streichen Sie mich von Ihrer Liste.
"""

PERHAPS = """
Löschen Sie bitte meine Nummer.
Supprimez mon numéro.
Just delete my number.
Please unsubscribe me.
I'd like to opt out.
Can you remove me from your call list?
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

# Said of something else, or with something that narrows it: at the most for a person to judge.
ORDINARY = """
Will you not call me again
Stop calling me sir.
Stop calling me a liar.
I want to stop calling you.
You want to stop calling me
My dispatcher told you to stop calling.
Can you remove my number from your system and add another?
I don't want any more calls about this load.
No, me llame otra vez.
Don't, call me again.
You can get my number from your system.
You can get my number from your records.
Why did you stop calling me?
Why did you stop calling me
Did you lose my number?
Did you lose my number
Remove my number and put my new one in.
Remove my number from your system and put my new one in.
Remove my number from your system. I have a new one.
Please remove my information from that load.
Your dispatchers never call me back anymore.
My kids don't call me anymore.
You don't call me anymore.
You never call me again when you say so.
He said stop calling me.
I have no more calls scheduled.
I don't want your calls to go to voicemail.
Please don't call this number anymore, I have a new one.
Please don't call this number anymore. Call my cell.
Don't call me again. I'm at work until five.
Stop calling me. Text me instead.
Stop calling me later than nine.
When I'm driving, stop calling me.
Ya no me llame al fijo, llame a mi celular.
Ya no me llame. Mejor llame a mi celular.
¿Por qué ya no me llaman?
Vous me rappelez plus tard ?
Vous me rappelez plus tard.
Il y a plus d'appels le matin.
Pourquoi vous ne m'appelez plus ?
Ne m'appelez plus. Plutôt un mail.
Warum haben Sie mich nicht mehr angerufen?
Sie haben mich nie wieder angerufen.
Ich habe keine weiteren Anrufe bekommen.
Tragen Sie bitte meine Nummer in Ihr System ein.
Nehmen Sie mich bitte auf die Liste.
Rufen Sie mich nicht mehr an. Nur noch auf dem Handy.
Warum rufen Sie mich nicht mehr an?
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
I'm an A.I. assistant from Brightline.
I'm Alex, Brightline's AI assistant.
My name is Sofia, the virtual receptionist at Lakeside.
It's Alex, an AI assistant with Brightline.
Yes, I am indeed a robot.
I'm not a robot, I'm an AI assistant.
I'm an AI assistant, not a real person.
I'm not a real person.
You've reached Brightline's automated assistant.
I'm an AI assistant and can get you a real person at any time.
As an AI, I cannot see your screen.
This call uses an artificial voice.
Soy un asistente virtual de Brightline.
Le habla Sofía, una inteligencia artificial de Brightline.
Está hablando con un asistente virtual.
Sí, soy un robot.
No soy una persona real.
Je suis un assistant virtuel de Brightline.
Bonjour, ici Léa, l'assistante vocale de Brightline.
Vous parlez avec une intelligence artificielle.
Il s'agit d'un appel automatisé.
Je ne suis pas un humain.
Guten Tag, ich bin eine KI von Brightline.
Hier ist der virtuelle Assistent der Praxis am See.
Sie sprechen mit einer künstlichen Intelligenz.
Ich bin kein Mensch.
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
I'm sorry, my computer is slow today.
I'm sorry, the computer is slow today.
I'm looking at the computer.
This is about the machine in your order.
I think this is your answering machine.
This is about our new AI assistant.
I'm calling to offer you an AI assistant.
I'm calling from an AI company.
I'm with an AI company called Brightline.
I'm working with an AI assistant that helps me.
I'm a machine operator.
It's a computer.
You got an automated call yesterday.
Our dispatch is powered by AI.
You may think I'm a robot.
People say I'm a robot.
I'm an AI assistant, no, just kidding, I'm a real person.
Mi computadora está lenta.
Soy la encargada de la inteligencia artificial.
Vendemos un asistente virtual.
Dejé un mensaje en la máquina contestadora.
Es una máquina de café.
No soy un robot.
Dicen que soy un robot.
Mon ordinateur est lent.
C'est la machine qui est en panne.
Je m'appelle Lia.
Nous vendons un assistant virtuel.
Je ne suis pas un robot.
Mein Computer ist langsam.
Der Anrufbeantworter ist eine Maschine.
Ich bin Maria von der KI-Firma Brightline.
Wir verkaufen einen digitalen Assistenten.
Ich bin am Computer.
Ich bin kein Roboter.
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


# The agent says of itself that it is no machine.
DENIED = """
I'm not a robot, I promise.
No, not a machine.
I'm a person, not a bot.
No, I'm not an AI.
I am definitely not a computer.
You're not talking to a machine.
You are talking to a real person.
I'm a real person.
I'm Alex, a real human being.
No, I'm human.
No ma'am, I'm a real person sitting in Ohio.
I'm a human being just like you.
Nope, real human here.
I'm as human as you are.
No, no soy un robot.
Soy una persona real.
No está hablando con una máquina.
Non, je ne suis pas un robot.
Je suis une vraie personne.
Vous parlez à une vraie personne.
Nein, ich bin kein Roboter.
Ich bin ein echter Mensch.
Sie sprechen mit einem echten Menschen.
"""

UNDENIED = """
I'm an AI assistant, not a real person.
I'm not a real person.
I can get you a real person.
I'm getting you a real person.
I'll transfer you to a live agent.
Would you like to talk to a real person?
I'm an AI assistant and can get you a real person at any time.
I'm not a robot, I'm an AI assistant.
I'm not an AI expert.
I'm not a machine operator.
It's not a machine issue.
No, not a machine wash.
I'm sorry, a real person is not there.
You may think I'm a real person.
No soy una persona real.
Le paso con una persona real.
Soy una persona muy ocupada.
Je ne suis pas une vraie personne.
Je vous passe une vraie personne.
Ich bin kein echter Mensch.
Ich verbinde Sie mit einem echten Menschen.
"""


def lines(text: str) -> list[str]:
    return text.strip().splitlines()
