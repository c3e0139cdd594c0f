"""The words that what is seeded is made of, besides those of the demo's shelves."""

from typing import Final


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(","))


BEGINNINGS: Final = _listed(
    "Al, Bel, Cor, Dal, El, Far, Gal, Hol, Il, Jor, Kel, Lor, Mar, Nor, Ol, Pel, Quin, Ros, Sel, "
    "Tor, Ul, Ver, Wal, Yor"
)

ENDINGS: Final = _listed(
    "vano, mera, dino, ston, wick, holm, field, mark, lund, bert, ford, haven, crest, dale, "
    "worth, brook"
)

MODELS: Final = _listed(
    "Alba, Aurora, Basalt, Bora, Cirrus, Comet, Delta, Drift, Ebro, Ember, Fable, Finch, Gale, "
    "Granite, Harbour, Heron, Indigo, Isle, Jasper, Juno, Karst, Kite, Lark, Lumen, Meadow, "
    "Mistral, Nimbus, Nova, Onyx, Osprey, Pebble, Piper, Quartz, Quill, Raven, Ridge, Sable, "
    "Solstice, Tern, Thistle, Umber, Upland, Vale, Vesper, Willow, Wren, Zephyr, Zinnia"
)

TAGS: Final = _listed(
    "gift, handmade, sale, organic, vegan, refurbishable, lightweight, heavy-duty, limited, "
    "bestseller, clearance, eco, fair-trade, waterproof, kids, adults, professional, beginner, "
    "travel, office, winter, summer, vintage, modern, classic, minimal, premium, budget, local, "
    "imported, recyclable, repairable"
)

# For categories of which only the name is known.
TRAITS: Final = _listed(
    "compact, slim, wireless, rugged, foldable, portable, silent, premium, classic, lightweight, "
    "heavy-duty, adjustable, waterproof, stainless, digital, smart, rechargeable, universal, "
    "professional, budget, refurbishable, modular, ergonomic, solar"
)

COLOURS: Final = _listed(
    "black, white, silver, grey, red, blue, green, yellow, pink, purple, gold, orange"
)

MATERIALS: Final = _listed("aluminium, steel, plastic, glass, bamboo, leather, cotton, ceramic")

USES: Final = _listed(
    "small flats, a long journey, everyday work, the whole family, a first attempt, rainy days, "
    "the workshop, a quiet evening, moving house, demanding customers, a narrow shelf"
)

SENTENCES: Final = (
    "Every part can be replaced with ordinary tools.",
    "It arrives in a box without plastic.",
    "The finish ages well and hides scratches.",
    "Tested for two years in a busy household.",
    "A spare set of screws lies in the package.",
    "The maker answers letters by hand.",
    "Cleaning takes a damp cloth and a minute.",
    "It stacks, hangs and travels easily.",
    "Colours may differ slightly from the picture.",
    "Five years of warranty are included.",
    "Drawn in one country, built in the next.",
    "Quiet enough for a library.",
    "The instructions fit on one page.",
    "Sold in small series, so do not wait too long.",
    "It survived our drop test from a table.",
    "Weighs less than its predecessor.",
    "Children like it, and so do their grandparents.",
    "Returned pieces are repaired and sold again.",
    "Certified by an independent laboratory.",
    "The old version still fits the new accessories.",
)

SELLER_KINDS: Final = _listed("Trading, Supply, Goods, Market, Outlet, Depot, Brothers, House")

FIRST_NAMES: Final = _listed(
    "Ada, Anton, Bela, Carla, Clara, Daan, Elif, Emil, Enzo, Femke, Finn, Greta, Hana, Henri, Ida, "
    "Ilse, Jonas, Julia, Karl, Lea, Leon, Lina, Luuk, Maja, Marie, Mats, Mila, Nils, Noor, Oskar, "
    "Paula, Piet, Romy, Samir, Sofie, Theo, Tilda, Vera, Yara, Zoe"
)

LAST_NAMES: Final = _listed(
    "Albers, Bakker, Becker, Berger, Bernard, Brandt, Claes, Dubois, Egger, Fischer, Frei, Gruber, "
    "Hansen, Hofer, Huber, Janssen, Keller, Koch, Lambert, Lang, Maes, Meier, Moreau, Mulder, "
    "Neumann, Peeters, Richter, Roth, Schmid, Sommer, Steiner, Vogel, Wagner, Weber, Winter, Wolf"
)

STREETS: Final = _listed(
    "Bahnhofstrasse, Bergweg, Dorpsstraat, Gartenweg, Hauptstrasse, Kerkstraat, Lindenallee, "
    "Marktplatz, Muehlweg, Ringstrasse, Rue des Lilas, Schulstrasse, Seestrasse, Waldweg"
)
