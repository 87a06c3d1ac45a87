"""Geometry with gmsh and trimesh, in a separate process.

gmsh has one state for the whole process, and OpenCASCADE can crash on broken files. So every job has a process: it
reads what to do as JSON from standard input, and prints a line of JSON for each step and for the outcome.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import gmsh
import numpy
import trimesh

Report = Callable[[int, str], None]

_TRIANGLE = 2
_SURFACE = 2
_SOLID = 3
_DEFAULT_EDGES_PER_CIRCLE = 24
_MILLIMETRES_PER_METRE = 1000
_SEWING_TOLERANCE = 1e-3  # millimetres


class Unusable(Exception):
    """The input cannot be used, now or later. The message says why."""


def convert(task: dict[str, Any], report: Report) -> dict[str, Any]:
    """Reads a STEP or IGES file and writes its surface as triangles."""
    report(5, "Reading the shapes")
    try:
        gmsh.model.occ.importShapes(task["source"])
    except Exception as error:  # gmsh raises nothing more precise
        raise Unusable(f"OpenCASCADE cannot read the file: {error}") from error
    gmsh.model.occ.synchronize()
    if not gmsh.model.getEntities(_SOLID):
        # IGES files hold faces: sew them together
        gmsh.model.occ.healShapes(tolerance=_SEWING_TOLERANCE, sewFaces=True, makeSolids=True)
        gmsh.model.occ.synchronize()
    if not gmsh.model.getEntities(_SURFACE):
        raise Unusable("The file has no surfaces.")
    report(30, "Making triangles")
    mesh = _triangles(task.get("maxEdgeLength"), task.get("edgesPerCircle"))
    for step, (format, target) in enumerate(sorted(task["targets"].items())):
        report(70 + 10 * step, f"Writing {format}")
        _write(mesh, format, Path(target))
    return _measured(mesh)


def flanged_plate(task: dict[str, Any], report: Report) -> dict[str, Any]:
    """Makes a plate with a flange and holes, and writes it as STL. gmsh writes the file itself."""
    plate, flange, holes = task["plate"], task["flange"], task["holes"]
    _check_plate(plate, flange, holes)
    occ = gmsh.model.occ
    report(10, "Joining plate and flange")
    thickness, height = plate["thickness"], flange["height"]
    body = occ.addBox(-plate["length"] / 2, -plate["width"] / 2, 0, plate["length"], plate["width"], thickness)
    neck = occ.addCylinder(0, 0, 0, 0, 0, thickness + height, flange["diameter"] / 2)
    solid, _ = occ.fuse([(_SOLID, body)], [(_SOLID, neck)])
    report(30, "Drilling")
    tools = [(_SOLID, occ.addCylinder(0, 0, -1, 0, 0, thickness + height + 2, flange["bore"] / 2))]
    for hole in range(holes["count"]):
        angle = 2 * numpy.pi * hole / holes["count"]
        x, y = holes["circle"] / 2 * numpy.cos(angle), holes["circle"] / 2 * numpy.sin(angle)
        tools.append((_SOLID, occ.addCylinder(x, y, -1, 0, 0, thickness + 2, holes["diameter"] / 2)))
    occ.cut(solid, tools)
    occ.synchronize()
    report(50, "Making triangles")
    mesh = _triangles(None, None)
    report(90, "Writing STL")
    gmsh.option.setNumber("Mesh.Binary", 1)
    gmsh.write(task["targets"]["STL"])
    return _measured(mesh)


def _check_plate(plate: dict[str, float], flange: dict[str, float], holes: dict[str, float]) -> None:
    smaller_side = min(plate["length"], plate["width"])
    if flange["bore"] >= flange["diameter"]:
        raise Unusable("The bore is not smaller than the flange.")
    if flange["diameter"] >= smaller_side:
        raise Unusable("The flange is not smaller than the plate.")
    if holes["count"] == 0:
        return
    if holes["circle"] + holes["diameter"] >= smaller_side:
        raise Unusable("The holes are not inside the plate.")
    if holes["circle"] - holes["diameter"] <= flange["diameter"]:
        raise Unusable("The holes cut into the flange.")
    if holes["count"] > 1 and holes["circle"] * numpy.sin(numpy.pi / holes["count"]) <= holes["diameter"]:
        raise Unusable("The holes cut into each other.")


def _triangles(max_edge_length: float | None, edges_per_circle: int | None) -> trimesh.Trimesh:
    gmsh.option.setNumber("Mesh.MeshSizeFromCurvature", edges_per_circle or _DEFAULT_EDGES_PER_CIRCLE)
    if max_edge_length is not None:
        gmsh.option.setNumber("Mesh.MeshSizeMax", max_edge_length)
    gmsh.model.mesh.generate(_SURFACE)
    tags, coordinates, _ = gmsh.model.mesh.getNodes()
    _, corners = gmsh.model.mesh.getElementsByType(_TRIANGLE)
    positions = numpy.zeros(int(tags.max()) + 1, dtype=numpy.int64)
    positions[tags.astype(numpy.int64)] = numpy.arange(len(tags))
    mesh = trimesh.Trimesh(
        vertices=coordinates.reshape(-1, 3), faces=positions[corners.astype(numpy.int64)].reshape(-1, 3)
    )
    if not mesh.is_watertight or not mesh.is_winding_consistent:
        raise Unusable("The surface has holes: it is not that of a solid.")
    if mesh.volume < 0:
        mesh.invert()
    return mesh


def _write(mesh: trimesh.Trimesh, format: str, target: Path) -> None:
    if format == "GLB":
        # glTF measures in metres, CAD in millimetres
        scaled = mesh.copy()
        scaled.apply_scale(1 / _MILLIMETRES_PER_METRE)
        target.write_bytes(scaled.export(file_type="glb"))
    else:
        target.write_bytes(mesh.export(file_type="stl"))


def _measured(mesh: trimesh.Trimesh) -> dict[str, Any]:
    return {"triangles": len(mesh.faces), "volume": float(mesh.volume)}


TASKS = {"convert": convert, "flanged_plate": flanged_plate}


def main() -> int:
    """Does what standard input says. The exit code is 0 if it was done, and 2 if the input is unusable."""
    # OpenCASCADE prints as it likes: that must not stand between the lines
    lines = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    task = json.load(sys.stdin)

    def say(line: dict[str, Any]) -> None:
        print(json.dumps(line), file=lines, flush=True)

    gmsh.initialize(readConfigFiles=False, interruptible=False)
    try:
        gmsh.option.setNumber("General.Terminal", 0)
        outcome = TASKS[task["task"]](task, lambda percent, message: say({"percent": percent, "message": message}))
    except Unusable as error:
        say({"unusable": str(error)})
        return 2
    finally:
        gmsh.finalize()
    say({"outcome": outcome})
    return 0


if __name__ == "__main__":
    sys.exit(main())
