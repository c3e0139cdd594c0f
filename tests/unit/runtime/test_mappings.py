import sys

from tests.processes import ROOT, environment, run

RACE = """
import sys
from threading import Barrier, Thread
from sqlalchemy.orm import class_mapper
from marketplace.domain.catalogue.offer import Offer
from marketplace.infrastructure.database import mappings

sys.setswitchinterval(1e-6)
barrier, failed = Barrier(8), []

def configure():
    barrier.wait()
    try:
        mappings.configure()
        class_mapper(Offer)
    except Exception as error:
        failed.append(repr(error))

threads = [Thread(target=configure) for _ in range(8)]
for thread in threads: thread.start()
for thread in threads: thread.join()
sys.exit("; ".join(failed) or 0)
"""


def test_whoever_configures_finds_everything_mapped() -> None:
    done = run(sys.executable, "-c", RACE, env=environment(""), cwd=ROOT)
    assert done.returncode == 0, done.stderr


def test_engines_come_with_the_mapping() -> None:
    code = """
from sqlalchemy.orm import class_mapper
from marketplace.domain.catalogue.offer import Offer
from marketplace.infrastructure.database.engine import DatabaseSettings, create_engines
create_engines(DatabaseSettings(url="postgresql+psycopg2://"))
class_mapper(Offer)
"""
    done = run(sys.executable, "-c", code, env=environment(""), cwd=ROOT)
    assert done.returncode == 0, done.stderr
