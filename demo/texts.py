"""What the demo's users ask and are told. Made up; the shop is called Northwind and does not exist."""

from __future__ import annotations

from typing import NamedTuple

Dialogue = tuple[tuple[str, str], ...]
"""Turns of (question, answer)."""

SUPPORT_SYSTEM = (
    "You are the support assistant of Northwind, an online shop for outdoor gear. Answer in the customer's language, "
    "briefly and kindly. Use only the help articles below; if they do not answer the question, offer to open a ticket. "
    "Never promise a refund before the order was looked up."
)

SUPPORT: dict[str, tuple[Dialogue, ...]] = {
    "en": (
        (
            ("Where is my order {order}? It was supposed to arrive on Monday.",
             "I looked up order {order}: it left our warehouse two days ago and the carrier expects to deliver it "
             "tomorrow before 18:00. You can follow it with the link in your shipping confirmation. If it has not "
             "arrived by then, write to me again and I will open an investigation with the carrier."),
            ("Can it still go to another address?",
             "Once a parcel is with the carrier we can no longer change the address ourselves, but you can redirect it "
             "to a pick-up point from the tracking page until midnight today."),
        ),
        (
            ("How do I return the hiking boots I bought? They are a size too small.",
             "You can return them within 60 days if they were only worn indoors. Open **My orders → Return an item**, "
             "choose *size too small*, and print the label. As soon as the boots are scanned at the drop-off point we "
             "reserve the next size for you for five days."),
            ("Do I pay for the return?",
             "No. Returns within the country are free. From abroad we deduct a flat 9.90 from the refund."),
            ("And when do I get the money back?",
             "Usually within five working days after the parcel reached us, to the payment method you used."),
        ),
        (
            ("My discount code SPRING25 does not work.",
             "SPRING25 ended on Sunday and could not be combined with sale items. Your basket qualifies for free "
             "shipping instead, which I have switched on for you."),
        ),
        (
            ("Is the Ridgeline 2 tent really waterproof? The reviews disagree.",
             "The Ridgeline 2's fly has a hydrostatic head of 3,000 mm and its floor 5,000 mm, with taped seams. The "
             "complaints in the reviews are about condensation: open both vents at night and it stays dry inside."),
            ("Would you take it for winter camping?",
             "It is a three-season tent. For snow load I would look at the Basecamp 4, which has a fifth pole."),
        ),
        (
            ("I cannot log in, the reset mail never arrives.",
             "Please check the spam folder for a mail from accounts@northwind.example. If there is none, the account "
             "may use another address: tell me the last four digits of an order number and I will look it up."),
            ("It ends in {digits}.",
             "Thank you. The account of that order uses an address that begins with *m.* and ends in *.org*. I have "
             "sent a new link there; it is good for one hour."),
        ),
        (
            ("You charged me twice for order {order}!",
             "I am sorry for the scare. I see one payment and one authorisation for order {order}: the second amount "
             "was reserved when the first attempt failed and is released by your bank within three days. If it is "
             "still there then, send me a screenshot and I will ask our payments team."),
        ),
    ),
    "de": (
        (
            ("Wann kommt meine Bestellung {order} an?",
             "Ihre Bestellung {order} ist gestern verschickt worden und trifft voraussichtlich übermorgen ein. "
             "Den Stand können Sie jederzeit über den Link in der Versandbestätigung verfolgen."),
            ("Kann ich sie an eine Packstation umleiten?",
             "Ja, bis heute um Mitternacht über die Sendungsverfolgung. Danach ist es leider nicht mehr möglich."),
        ),
        (
            ("Wie wasche ich meine Daunenjacke richtig?",
             "Bei 30 °C im Schonwaschgang mit Daunenwaschmittel, ohne Weichspüler. Danach mit zwei Tennisbällen im "
             "Trockner bei niedriger Temperatur trocknen, bis keine Klumpen mehr zu fühlen sind."),
        ),
    ),
    "fr": (
        (
            ("Bonjour, le sac à dos que j'ai reçu a une fermeture éclair cassée.",
             "Bonjour, je suis navré. Vous pouvez choisir entre un remplacement et un remboursement : il me suffit "
             "d'une photo de la fermeture et de votre numéro de commande."),
            ("C'est la commande {order}, je préfère un remplacement.",
             "C'est noté pour la commande {order}. Un sac neuf part demain ; l'étiquette de retour est dans le colis."),
        ),
    ),
    "es": (
        (
            ("¿Tienen la chaqueta Alba en talla M en color verde?",
             "Sí, nos quedan tres unidades de la chaqueta Alba en verde, talla M. Si la pide antes de las 16:00, sale "
             "hoy mismo de nuestro almacén."),
            ("¿Y si no me queda bien?",
             "Tiene 60 días para devolverla gratis, siempre que conserve la etiqueta."),
        ),
    ),
    "pt": (
        (
            ("A entrega do pedido {order} está atrasada, o que posso fazer?",
             "Peço desculpa pelo atraso. O pedido {order} ficou retido na alfândega e foi libertado hoje; a entrega "
             "deve acontecer em dois dias úteis. Os portes serão devolvidos."),
        ),
    ),
    "ja": (
        (
            ("注文番号 {order} の配送状況を教えてください。",
             "ご注文 {order} は昨日発送され、明日の午前中にお届けの予定です。発送メールのリンクから現在の状況をご確認いただけます。"),
            ("時間帯の指定はできますか。",
             "はい、追跡ページから本日22時まで、午前・午後・夜間をお選びいただけます。"),
        ),
    ),
    "zh": (
        (
            ("这款睡袋适合零下十度使用吗？",
             "极光 600 睡袋的舒适温度为零下 5℃，极限温度为零下 12℃。如果您比较怕冷，建议选择极光 800，或者搭配抓绒内胆使用。"),
            ("可以机洗吗？",
             "可以，请使用羽绒专用洗涤剂、30℃ 轻柔模式，并低温烘干。"),
        ),
    ),
    "ar": (
        (
            ("هل يمكنني إلغاء الطلب {order}؟",
             "نعم، الطلب {order} لم يُشحن بعد، وقد ألغيته لك الآن. سيعود المبلغ إلى بطاقتك خلال ثلاثة إلى خمسة أيام عمل."),
        ),
    ),
    "hi": (
        (
            ("क्या आप पुणे में डिलीवरी करते हैं और कितने दिन लगते हैं?",
             "जी हाँ, पुणे में हम आमतौर पर चार से छह कार्य दिवसों में डिलीवरी करते हैं। 2,500 रुपये से ऊपर के ऑर्डर पर डिलीवरी मुफ़्त है।"),
        ),
    ),
}  # fmt: skip

ARTICLES = (
    "Delivery times: orders placed before 16:00 on a working day leave the warehouse the same day. Standard delivery "
    "takes two to three working days, express one. Parcels can be redirected to a pick-up point until midnight.",
    "Returns: unworn articles can be returned within 60 days. Refunds are made to the original payment method within "
    "five working days of the parcel's arrival. Returns from abroad cost a flat 9.90.",
    "Care: down is washed at 30 degrees with a special detergent and dried with tennis balls; membranes are washed "
    "without softener and re-impregnated every ten washes.",
    "Accounts: a reset link is valid for one hour. Two-step sign-in can be switched off by support after the order "
    "number and the postcode have been checked.",
    "Payments: a failed attempt may leave an authorisation that the bank releases within three days. Vouchers cannot "
    "be combined with sale prices.",
)


class Topic(NamedTuple):
    """One task of the research agent."""

    title: str
    question: str
    searches: tuple[str, ...]
    finding: str


TOPICS = (
    Topic("Recycled nylon", "Which suppliers of recycled nylon can deliver 20 tonnes a year with a chain of custody?",
          ("recycled nylon suppliers Europe", "nylon 6 chain of custody certification", "recycled nylon price per kg"),
          "Three mills offer certified recycled nylon 6 at this volume; prices are 12 to 18 % above virgin material."),
    Topic("Tent returns", "Why did tent returns rise in the second quarter, and what do competitors do about it?",
          ("tent condensation complaints", "two-layer tent ventilation comparison"),
          "Two thirds of the returned tents were reported as leaking, but the photos show condensation."),
    Topic("Trail shoes market", "Size up the market for trail running shoes in Scandinavia for the next two years.",
          ("trail running shoes market Nordics", "running participation Sweden Norway", "trail shoe average price"),
          "The segment grows about 9 % a year; growth comes from women over forty and from wide lasts."),
    Topic("Battery rules", "Which new rules for portable batteries apply to our head torches from next year?",
          ("EU battery regulation portable removable", "battery passport head torch"),
          "Cells must be removable by the user with common tools; the manual needs a new safety section."),
    Topic("Carrier comparison", "Compare three carriers for bulky goods to Austria and Switzerland by price and claims.",
          ("bulky goods carrier Austria", "parcel damage rate carriers", "customs handling Switzerland parcels"),
          "The cheapest carrier has twice the damage rate; the middle one is cheaper once claims are counted."),
    Topic("Avalanche safety", "Summarise what changed in avalanche transceiver standards and what our shop must tell.",
          ("avalanche transceiver standard update", "transceiver firmware recall"),
          "Two models need a firmware update before sale; the product page must name the interference distance."),
)  # fmt: skip

CODE_SYSTEM = (
    "You are a careful senior engineer who reviews changes of the Northwind shop (Python, PostgreSQL, React). Point out "
    "defects first, then simplifications; quote the line you mean; propose the smallest change that mends it. "
    "House rules: functions under 40 lines, no work at import time, values are bound parameters, times are aware UTC, "
    "money is integer cents, every public function has a docstring, tests are named as sentences. "
) * 6

CODE = (
    ("def total(items):\n    sum = 0\n    for i in items:\n        sum += i['price'] * i['qty'] * 1.19\n    return round(sum, 2)",
     "`round(sum, 2)` rounds once over floats, so the total can differ from the sum of the printed lines by a cent. "
     "Keep cents as integers and round each line:\n\n```python\ndef total(items: Sequence[Item]) -> int:\n"
     "    return sum(round(item.cents * item.quantity * VAT) for item in items)\n```\n\nThe name `sum` also hides the "
     "built-in."),
    ("cur.execute(f\"SELECT * FROM orders WHERE email = '{email}'\")",
     "This is an SQL injection: `email` comes from the form. Bind it:\n\n```python\ncur.execute(\"SELECT id, state FROM "
     "orders WHERE email = %s\", (email,))\n```\n\nName the columns too; `SELECT *` breaks when one is added."),
    ("useEffect(() => { fetch('/api/basket').then(r => r.json()).then(setBasket) })",
     "Without a dependency list the effect runs after every render, and `setBasket` renders again: an endless loop of "
     "requests. Pass `[]`, and cancel the fetch when the component goes away."),
    ("async def handle(job):\n    time.sleep(5)\n    await send(job)",
     "`time.sleep` blocks the whole event loop for five seconds. Use `await asyncio.sleep(5)`, or better a delayed job, "
     "so that a restart does not lose it."),
    ("if user.role == 'admin' or 'support':\n    show_refund_button()",
     "The condition is always true: `'support'` alone is truthy. Write `if user.role in {'admin', 'support'}:` and add "
     "a test that a customer does not see the button."),
)  # fmt: skip

QUESTIONS = (
    ("Revenue by country last week compared with the week before?",
     "SELECT country, sumIf(cents, week = 0) / 100 AS last, sumIf(cents, week = 1) / 100 AS before FROM orders_weekly "
     "GROUP BY country ORDER BY last DESC",
     "Germany leads with 182,410 (+4 %), followed by Austria with 61,975 (+11 %). Spain fell by 7 %."),
    ("Which five products were returned most often in the last 30 days?",
     "SELECT product, count() AS returns FROM returns WHERE day >= today() - 30 GROUP BY product ORDER BY returns DESC "
     "LIMIT 5",
     "Ridgeline 2 tent (412), Summit boots (389), Alba jacket (174), Glacier gloves (150) and Trail 30 pack (98)."),
    ("How many customers ordered again within 60 days?",
     "SELECT countIf(gap <= 60) / count() FROM (SELECT customer, min(next_order - order_day) AS gap FROM orders_pairs "
     "GROUP BY customer)",
     "31.4 % of first-time customers ordered again within 60 days, 1.8 points more than in the quarter before."),
    ("What is the median time from payment to handover to the carrier?",
     "SELECT quantile(0.5)(shipped_at - paid_at) / 3600 FROM shipments WHERE day >= today() - 7",
     "The median was 9.2 hours last week; on Saturdays it is 26 hours because the warehouse is closed on Sundays."),
)  # fmt: skip

PRODUCTS = (
    ("Ridgeline 2", "tents", ["two-person", "three-season", "green"]), ("Summit GTX", "boots", ["leather", "waterproof", "brown"]),
    ("Alba", "jackets", ["softshell", "women", "green"]), ("Aurora 600", "sleeping bags", ["down", "mummy", "blue"]),
    ("Trail 30", "backpacks", ["30-litre", "rain cover", "grey"]), ("Glacier", "gloves", ["touchscreen", "fleece", "black"]),
    ("Basecamp 4", "tents", ["four-season", "family", "orange"]), ("Lumen 400", "head torches", ["rechargeable", "400 lumen"]),
    ("Fjord", "trousers", ["zip-off", "men", "beige"]), ("Kestrel", "poles", ["carbon", "foldable"]),
)  # fmt: skip

IMAGE = (
    "iVBORw0KGgoAAAANSUhEUgAAABAAAAAQCAIAAACQkWg2AAAAHklEQVR42mPUyJvGwcBAPGJhYGMgCYxqGNUwdDQAAOMpAjxMx1MCAAAAAElF"
    "TkSuQmCC"
)
"""A small PNG in base64, for the requests that carry their image with them."""
