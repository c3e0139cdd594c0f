"""What a picture may cost a process, measured in one of its own."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.pictures import attacks, drawn, encoded, picture
from tests.processes import ROOT

# The largest of each format that is still decoded, and everything that is refused.
MEASURED = """
import gc, sys
from pathlib import Path
from marketplace.domain.errors import RuleViolated
from marketplace.infrastructure.storage.pictures import PillowPictures

def peak():
    status = Path("/proc/self/status").read_text("ascii")
    return int(status.split("VmHWM:")[1].split()[0]) * 1024

pictures = PillowPictures(most_pixels=50_000_000)
folder = Path(sys.argv[1])
pictures.render((folder / "warm").read_bytes(), media_type=None)
for file in sorted(folder.glob("case-*")):
    data = file.read_bytes()
    gc.collect()
    Path("/proc/self/clear_refs").write_text("5", "ascii")
    before = peak()
    try:
        pictures.render(data, media_type=None)
        outcome = "rendered"
    except RuleViolated as error:
        outcome = error.code
    print(file.name, outcome, peak() - before)
"""
LARGEST = {
    "jpeg": ((7000, 7000), "JPEG", {}),
    "jpeg just not scaled": ((3190, 3190), "JPEG", {}),
    "long jpeg": ((1600, 7000), "JPEG", {}),
    "progressive jpeg": ((3600, 3600), "JPEG", {"progressive": True, "subsampling": 0}),
    "png": ((3600, 3600), "PNG", {}),
    "webp": ((2040, 2040), "WEBP", {}),
    "avif": ((2650, 2650), "AVIF", {"speed": 10}),
    "gif": ((2850, 2850), "GIF", {}),
}


@pytest.mark.skipif(sys.platform != "linux", reason="measures by /proc")
def test_no_picture_makes_a_process_grow_by_100_megabytes(tmp_path: Path) -> None:
    (tmp_path / "warm").write_bytes(picture("JPEG", (2000, 2000)))
    names = {}
    for number, (name, (data, _)) in enumerate(attacks().items()):
        names[f"case-{number:02}"] = name
        (tmp_path / f"case-{number:02}").write_bytes(data)
    for number, (name, (size, kind, options)) in enumerate(LARGEST.items(), 60):
        names[f"case-{number:02}"] = name
        (tmp_path / f"case-{number:02}").write_bytes(encoded(drawn(size), kind, **options))

    ran = subprocess.run(
        [sys.executable, "-c", MEASURED, str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )

    assert ran.returncode == 0, ran.stderr
    measured = [line.split() for line in ran.stdout.splitlines()]
    grown = {names[case]: int(size) for case, _, size in measured}
    outcomes = {names[case]: outcome for case, outcome, _ in measured}
    assert set(grown) == set(attacks()) | set(LARGEST)
    assert {name: size for name, size in grown.items() if size >= 100_000_000} == {}
    assert {outcomes[name] for name in LARGEST} == {"rendered"}
