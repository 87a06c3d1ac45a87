"""Each file is read back with the library that did not write it: trimesh writes the converted files, gmsh the generated ones."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from pathlib import Path
from typing import Any

import gmsh
import numpy
import pytest
import trimesh

PROJECT = Path(__file__).parents[1]
SAMPLES = PROJECT.parent / "demo/src/main/resources/cad"
# 60 x 40 x 8 and 8 x 40 x 42 mm, with a hole of 18 and one of 12 mm
BRACKET = 60 * 40 * 8 + 8 * 40 * 42 - math.pi * (9**2 * 8 + 6**2 * 8)
PLATE: dict[str, Any] = {
    "plate": {"length": 120, "width": 80, "thickness": 10},
    "flange": {"diameter": 40, "height": 25, "bore": 24},
    "holes": {"count": 6, "diameter": 8, "circle": 62},
}


def geometry(task: dict[str, Any]) -> tuple[int, list[dict[str, Any]]]:
    done = subprocess.run(
        [sys.executable, "-m", "plm_cad.geometry"],
        cwd=PROJECT,
        input=json.dumps(task),
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()]


def volume_by_gmsh(file: Path) -> float:
    gmsh.initialize(readConfigFiles=False, interruptible=False)
    try:
        gmsh.option.setNumber("General.Terminal", 0)
        gmsh.merge(str(file))
        tags, coordinates, _ = gmsh.model.mesh.getNodes()
        points = dict(zip(tags.tolist(), coordinates.reshape(-1, 3), strict=True))
        _, corners = gmsh.model.mesh.getElementsByType(2)
        a, b, c = (numpy.array([points[tag] for tag in corners[i::3].tolist()]) for i in range(3))
        return float(numpy.einsum("ij,ij->i", a, numpy.cross(b, c)).sum() / 6)
    finally:
        gmsh.finalize()


@pytest.mark.parametrize("source", ["bracket.step", "bracket.iges"])
def test_converts_to_closed_meshes(source: str, tmp_path: Path) -> None:
    stl, glb = tmp_path / "part.stl", tmp_path / "part.glb"
    code, lines = geometry(
        {"task": "convert", "source": str(SAMPLES / source), "targets": {"STL": str(stl), "GLB": str(glb)}}
    )

    assert code == 0
    assert lines[-1]["outcome"]["volume"] == pytest.approx(BRACKET, rel=0.005)
    assert volume_by_gmsh(stl) == pytest.approx(BRACKET, rel=0.005)
    assert glb.read_bytes()[:4] == b"glTF"


def test_more_edges_in_a_circle_come_nearer_to_the_shape(tmp_path: Path) -> None:
    volumes = []
    for edges in (8, 64):
        target = tmp_path / f"{edges}.stl"
        task = {"task": "convert", "source": str(SAMPLES / "bracket.step"), "edgesPerCircle": edges}
        code, _ = geometry({**task, "targets": {"STL": str(target)}})
        assert code == 0
        volumes.append(volume_by_gmsh(target))

    assert abs(volumes[1] - BRACKET) < abs(volumes[0] - BRACKET) / 4


def test_makes_a_plate(tmp_path: Path) -> None:
    stl = tmp_path / "plate.stl"
    code, _ = geometry({"task": "flanged_plate", **PLATE, "targets": {"STL": str(stl)}})

    assert code == 0
    mesh = trimesh.load(stl)
    expected = 120 * 80 * 10 + math.pi / 4 * ((40**2 - 24**2) * 25 - 24**2 * 10 - 6 * 8**2 * 10)
    assert mesh.is_watertight
    assert mesh.volume == pytest.approx(expected, rel=0.005)


@pytest.mark.parametrize(
    ("part", "change", "message"),
    [
        ("flange", {"bore": 40}, "The bore is not smaller than the flange."),
        ("flange", {"diameter": 80}, "The flange is not smaller than the plate."),
        ("holes", {"circle": 72}, "The holes are not inside the plate."),
        ("holes", {"circle": 48}, "The holes cut into the flange."),
        ("holes", {"count": 26}, "The holes cut into each other."),
    ],
)
def test_says_what_is_impossible(part: str, change: dict[str, Any], message: str, tmp_path: Path) -> None:
    task = {"task": "flanged_plate", **PLATE, "targets": {"STL": str(tmp_path / "plate.stl")}}
    task[part] = {**PLATE[part], **change}

    code, lines = geometry(task)

    assert (code, lines[-1]) == (2, {"unusable": message})


def test_says_that_a_file_is_not_cad(tmp_path: Path) -> None:
    source = tmp_path / "letter.step"
    source.write_text("Dear Ada,")

    code, lines = geometry({"task": "convert", "source": str(source), "targets": {"STL": str(tmp_path / "a.stl")}})

    assert code == 2
    assert "unusable" in lines[-1]
