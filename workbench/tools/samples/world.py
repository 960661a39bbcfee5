"""All that the sample tools know, as tables to read."""

from __future__ import annotations

from decimal import Decimal

ORDERS = {
    "A-1007": {
        "customer": "Maria Keller", "email": "maria.keller@example.com", "placed": "2026-10-28", "status": "delivered",
        "items": [{"sku": "HB-200", "name": "HomeBase 200 router", "quantity": 1, "price": "129.00"}],
        "total": "129.00", "currency": "EUR",
    },
    "A-1008": {
        "customer": "Tomás Ferreira", "email": "tomas.f@example.com", "placed": "2026-10-30", "status": "in transit",
        "items": [
            {"sku": "SP-45", "name": "SmartPlug 45", "quantity": 3, "price": "19.90"},
            {"sku": "CB-2M", "name": "Ethernet cable, 2 m", "quantity": 1, "price": "7.50"},
        ],
        "total": "67.20", "currency": "EUR",
    },
    "A-1009": {
        "customer": "Ines Okafor", "email": "ines@example.org", "placed": "2026-11-01", "status": "cancelled",
        "items": [{"sku": "CAM-8", "name": "DoorCam 8", "quantity": 1, "price": "89.00"}],
        "total": "89.00", "currency": "EUR",
    },
}  # fmt: skip

CHARGES = {
    "A-1007": [
        {"charge": "ch_7001", "amount": "129.00", "currency": "EUR", "at": "2026-10-28T09:14:02Z", "card": "…4242"},
        {"charge": "ch_7002", "amount": "129.00", "currency": "EUR", "at": "2026-10-28T09:14:05Z", "card": "…4242"},
    ],
    "A-1008": [
        {"charge": "ch_7010", "amount": "67.20", "currency": "EUR", "at": "2026-10-30T17:40:51Z", "card": "…1881"},
    ],
    "A-1009": [],
}

DEVICES = {
    "HB200-4417": {
        "model": "HomeBase 200", "firmware": "4.1.0", "newest_firmware": "4.2.3", "online": False,
        "last_seen": "2026-11-02T21:07:00Z", "error": "E42: no uplink since the last restart",
        "warranty_until": "2028-10-28",
    },
    "CAM8-0093": {
        "model": "DoorCam 8", "firmware": "2.0.7", "newest_firmware": "2.0.7", "online": True,
        "last_seen": "2026-11-03T08:00:00Z", "error": None, "warranty_until": "2027-03-15",
    },
}  # fmt: skip

# Units sold, revenue in EUR, share of units sent back.
SALES = {
    "2025-Q4": {
        "north": (1310, "168990.00", 0.031),
        "south": (1122, "144738.00", 0.029),
        "west": (980, "126420.00", 0.044),
    },
    "2026-Q1": {
        "north": (1204, "155316.00", 0.030),
        "south": (1188, "153252.00", 0.028),
        "west": (655, "84495.00", 0.112),
    },
    "2026-Q2": {
        "north": (1251, "161379.00", 0.029),
        "south": (1240, "159960.00", 0.030),
        "west": (902, "116358.00", 0.051),
    },
    "2026-Q3": {
        "north": (1296, "167184.00", 0.028),
        "south": (1305, "168345.00", 0.027),
        "west": (1017, "131193.00", 0.036),
    },
}

# What one euro buys.
RATES = {
    "EUR": Decimal(1), "USD": Decimal("1.1500"), "GBP": Decimal("0.8700"), "CHF": Decimal("0.9300"),
    "JPY": Decimal("176.00"), "SEK": Decimal("11.0000"),
}  # fmt: skip
RATES_OF = "2026-11-02"

WEATHER = {
    "berlin": {"sky": "rain", "celsius": 8, "wind_kmh": 24},
    "lisbon": {"sky": "sunny", "celsius": 19, "wind_kmh": 12},
    "oslo": {"sky": "snow", "celsius": -2, "wind_kmh": 9},
    "vienna": {"sky": "cloudy", "celsius": 10, "wind_kmh": 15},
}

PARTS = {
    "HB-200-PSU": {"name": "Power supply, 12 V 2 A", "stock": 42, "price": "14.90", "fits": ["HB-200"]},
    "HB-200-ANT": {"name": "Antenna, 5 dBi", "stock": 0, "price": "6.50", "fits": ["HB-200", "HB-210"]},
    "CAM-8-LENS": {"name": "Lens cover", "stock": 7, "price": "9.00", "fits": ["CAM-8"]},
}

DOCS = [
    ("HomeBase 200: error E42", "No uplink: restart the modem first, then the router; update the firmware to 4.2."),
    ("HomeBase 200: firmware update", "Settings, System, Update; takes four minutes; do not cut the power."),
    ("HomeBase 200: lights and their meaning", "Steady white: online. Blinking amber: no uplink (E42). Red: fault."),
    ("DoorCam 8: first steps", "Charge for two hours, scan the code, choose the 2.4 GHz network."),
    ("Refunds", "A charge made twice is refunded in full within five working days, to the same card."),
    ("Returns", "Thirty days, unused or faulty; a label is sent by e-mail."),
    ("Warranty", "Three years on routers, two on cameras; water damage is not covered."),
]
NOTES = 1_200
"""How many weekly release notes the archive behind the articles holds: more than anyone should page through."""
