package dev.tenon.examples.plm;

/** A format of triangle meshes. */
public enum MeshFormat {
  /** Binary STL, for printers and slicers. */
  STL,
  /** glTF 2.0 in one file, for viewers. */
  GLB
}
