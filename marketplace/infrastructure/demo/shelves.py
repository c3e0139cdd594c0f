"""The words that the demo's catalogue is made of, by category."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Shelf:
    """A category and what lies in it.

    `prices` are the lowest and the highest in whole euros. `options` are the choices that a
    product's variants combine; without any a product has one variant.
    """

    name: str
    things: tuple[str, ...]
    traits: tuple[str, ...]
    uses: tuple[str, ...]
    prices: tuple[int, int]
    options: Mapping[str, tuple[str, ...]]


def shelf(
    name: str, things: str, traits: str, uses: str, prices: tuple[int, int], **options: str
) -> Shelf:
    def split(text: str) -> tuple[str, ...]:
        return tuple(part.strip() for part in text.split(","))

    chosen = {option: split(values) for option, values in options.items()}
    return Shelf(name, split(things), split(traits), split(uses), prices, chosen)


COLOURS = "oak brown, ink blue, moss green"
SIZES = "S, M, L, XL"

ROOMS: Mapping[str, tuple[Shelf, ...]] = {
    "Home": (
        shelf(
            "Furniture",
            "armchair, bookcase, dining table, bench, sideboard, stool, desk",
            "oak, ash, walnut, beech, rattan",
            "a reading corner, a narrow hallway, a table full of guests, working from home",
            (79, 690),
            finish="oiled, lacquered",
        ),
        shelf(
            "Lighting",
            "floor lamp, pendant, desk lamp, lantern, wall light",
            "brass, paper, smoked glass, linen, enamel",
            "long winter evenings, a desk by the window, a dinner that goes on",
            (24, 240),
            colour="black, white, brass",
        ),
        shelf(
            "Kitchen",
            "skillet, teapot, bread knife, mixing bowl, casserole, grater, cutting board",
            "cast iron, stoneware, steel, olive wood, copper",
            "a slow stew, bread on Sundays, small kitchens, cooking for a crowd",
            (9, 160),
            size="small, medium, large",
        ),
        shelf(
            "Textiles",
            "blanket, cushion, rug, duvet cover, towel, curtain",
            "merino, linen, organic cotton, jute, felted wool",
            "cold floors, a guest bed, an afternoon on the sofa",
            (15, 320),
            colour=COLOURS,
        ),
        shelf(
            "Storage",
            "basket, shoe rack, peg rail, chest, jar, drawer unit",
            "willow, birch, galvanised, bamboo, recycled",
            "a tidy entrance, dry goods, everything without a place of its own",
            (8, 210),
            size="small, large",
        ),
    ),
    "Outdoor": (
        shelf(
            "Camping",
            "tent, sleeping mat, camp stove, hammock, cool box, head torch",
            "ultralight, four-season, compact, insulated, rugged",
            "a weekend by the lake, the first night of the season, hut to hut tours",
            (19, 540),
            colour="sand, pine, signal orange",
        ),
        shelf(
            "Cycling",
            "pannier, helmet, rear light, saddle, floor pump, multi-tool",
            "waterproof, leather, magnetic, low-profile, forged",
            "commuting in the rain, gravel roads, a long ride home",
            (12, 180),
            colour="black, silver",
        ),
        shelf(
            "Garden",
            "pruning saw, watering can, raised bed, spade, herb planter, bird feeder",
            "larch, zinc, ash-handled, terracotta, carbon steel",
            "a balcony of two square metres, heavy soil, early lettuce",
            (11, 190),
            size="small, large",
        ),
        shelf(
            "Hiking",
            "rucksack, trekking pole, water bottle, map case, gaiters, rain cover",
            "ripstop, cork-gripped, titanium, waxed, breathable",
            "a day above the tree line, muddy spring paths, travelling light",
            (14, 260),
            size="20 l, 35 l, 50 l",
        ),
        shelf(
            "Water sports",
            "paddle, dry bag, life vest, swim goggles, wetsuit, throw line",
            "neoprene, carbon, roll-top, anti-fog, floating",
            "slow rivers, cold mornings in the sea, a first lesson",
            (13, 330),
            size=SIZES,
        ),
    ),
    "Electronics": (
        shelf(
            "Audio",
            "headphones, bookshelf speaker, turntable, radio, microphone",
            "wireless, studio, portable, walnut-cased, noise-cancelling",
            "commuting in peace, late records, a voice worth hearing",
            (39, 620),
            colour="graphite, ivory",
        ),
        shelf(
            "Computers",
            "keyboard, monitor arm, trackball, laptop stand, docking station, webcam",
            "mechanical, low-profile, aluminium, silent, ergonomic",
            "long texts, two screens on a small desk, hands that tire",
            (29, 410),
            layout="ISO, ANSI",
        ),
        shelf(
            "Phones",
            "charging pad, phone case, power bank, car mount, tripod grip",
            "magnetic, slim, solar, cork, shockproof",
            "two days away from a socket, navigating with one hand, clumsy owners",
            (12, 95),
            colour="black, sand, berry",
        ),
        shelf(
            "Photography",
            "tripod, camera bag, lens filter, film scanner, camera strap",
            "carbon, canvas, variable, compact, woven",
            "long exposures, a shoe box of negatives, a day of street photographs",
            (18, 480),
            size="small, large",
        ),
        shelf(
            "Smart home",
            "thermostat, door sensor, plug, motion light, air monitor",
            "local-first, battery-free, encrypted, repairable, dimmable",
            "saving heat without thinking of it, an old flat, people who own no cloud",
            (15, 190),
            pack="single, pack of three",
        ),
    ),
    "Fashion": (
        shelf(
            "Clothing",
            "overshirt, jumper, raincoat, work trousers, t-shirt, cardigan",
            "lambswool, waxed cotton, hemp, corduroy, linen",
            "the days between seasons, work with your hands, layers",
            (25, 280),
            size=SIZES,
            colour="navy, ecru",
        ),
        shelf(
            "Shoes",
            "derby, trail runner, clog, chelsea boot, sandal",
            "goodyear-welted, vegetable-tanned, barefoot, felt, rubber-soled",
            "miles of pavement, wet leaves, standing all day",
            (55, 290),
            size="38, 40, 42, 44",
        ),
        shelf(
            "Bags",
            "tote, messenger bag, weekender, wallet, laptop sleeve",
            "canvas, bridle leather, recycled sail, felt, waxed",
            "a market day, three nights away, carrying less",
            (19, 340),
            colour=COLOURS,
        ),
        shelf(
            "Watches",
            "field watch, diver, chronograph, pocket watch, dress watch",
            "automatic, solar, hand-wound, titanium, radio-controlled",
            "people who are late, cold water, an inheritance",
            (89, 690),
            strap="leather, steel",
        ),
        shelf(
            "Jewellery",
            "ring, necklace, pair of earrings, bracelet, brooch",
            "sterling silver, recycled gold, hammered, enamelled, freshwater pearl",
            "everyday wear, a promise, a christening",
            (29, 420),
            size="52, 54, 56",
        ),
    ),
    "Books": (
        shelf(
            "Fiction",
            "novel, collection of stories, family saga, crime novel, travelogue",
            "quiet, translated, prize-winning, sprawling, debut",
            "a week without a screen, a long train journey, a rainy island",
            (9, 29),
            format="hardcover, paperback",
        ),
        shelf(
            "Knowledge",
            "history, atlas, biography, field guide, introduction",
            "illustrated, revised, annotated, concise, pocket",
            "curious minds, the next walk, an argument at dinner",
            (12, 58),
            format="hardcover, paperback",
        ),
        shelf(
            "Children's books",
            "picture book, bedtime reader, activity book, fairy tale, board book",
            "hand-drawn, rhyming, wordless, sturdy, bilingual",
            "the third reading in a row, first letters, car seats",
            (7, 24),
            age="from 2, from 4, from 6",
        ),
        shelf(
            "Comics",
            "graphic novel, anthology, collected strip, manga, sketchbook",
            "black-and-white, full-colour, underground, award-winning, silent",
            "readers who think they do not read comics, Sunday mornings",
            (10, 45),
            volume="one, two, three",
        ),
        shelf(
            "Cookbooks",
            "bread book, vegetable kitchen, guide to pickling, book of soups, baking primer",
            "seasonal, tested, regional, thrifty, vegetarian",
            "a glut of courgettes, weeknights, people who burn toast",
            (15, 42),
            format="hardcover, spiral bound",
        ),
    ),
    "Toys": (
        shelf(
            "Board games",
            "strategy game, card game, co-operative game, dice game, word game",
            "two-player, quick, deluxe, wooden, travel",
            "grown-ups who hate to lose, eight at a table, a ferry crossing",
            (9, 75),
            language="English, German, French",
        ),
        shelf(
            "Puzzles",
            "jigsaw, burr puzzle, wire puzzle, tangram, marble maze",
            "thousand-piece, beech, hand-cut, impossible, botanical",
            "a fortnight on the dining table, restless fingers",
            (8, 64),
            difficulty="easy, hard",
        ),
        shelf(
            "Building sets",
            "bridge set, marble run, crane kit, plank set, clockwork kit",
            "wooden, magnetic, metal, solar-powered, starter",
            "engineers of five years and up, rainy Saturdays",
            (14, 130),
            pieces="60, 120, 240",
        ),
        shelf(
            "Dolls and animals",
            "rag doll, bear, hand puppet, finger puppet, rocking horse",
            "knitted, mohair, washable, hand-sewn, organic",
            "being dragged by one leg, bedtime, a first friend",
            (12, 180),
            colour="grey, honey",
        ),
        shelf(
            "Outdoor toys",
            "kite, skipping rope, stilts, sandpit set, balance bike",
            "birch, stunt, natural rubber, adjustable, cotton",
            "beaches with wind, back yards, tired parents",
            (8, 145),
            size="small, large",
        ),
    ),
}

WORKSHOPS = (
    "Aldersgate",
    "Birkholm",
    "Calder",
    "Dunmore",
    "Eskdale",
    "Fennel & Rye",
    "Glimmer",
    "Harrow",
    "Ivarsson",
    "Juniper",
    "Kestrel",
    "Lindqvist",
    "Marlow",
    "Northmoor",
    "Ostler",
    "Pellworm",
    "Quillon",
    "Rowan",
)
