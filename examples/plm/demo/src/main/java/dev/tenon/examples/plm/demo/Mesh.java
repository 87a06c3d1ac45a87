package dev.tenon.examples.plm.demo;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * A triangle mesh, as this reader finds it in a file. It shares no code with what writes them.
 *
 * @param triangles how many triangles it has
 * @param volume what it encloses, in the units of the file
 * @param isClosed whether each edge belongs to two triangles that run through it in opposite
 *     directions, as on the surface of a solid
 */
public record Mesh(int triangles, double volume, boolean isClosed) {

  private static final int HEADER_BYTES = 80;
  private static final int TRIANGLE_BYTES = 50;
  private static final int CORNERS = 3;

  /**
   * Reads a binary STL file.
   *
   * @throws IOException if it is not one
   */
  public static Mesh readStl(Path file) throws IOException {
    byte[] content = Files.readAllBytes(file);
    ByteBuffer bytes = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
    try {
      bytes.position(HEADER_BYTES);
      int count = bytes.getInt();
      if (content.length != HEADER_BYTES + Integer.BYTES + (long) count * TRIANGLE_BYTES) {
        throw new IOException(file + " does not have the length of " + count + " triangles");
      }
      Builder builder = new Builder();
      for (int i = 0; i < count; i++) {
        bytes.position(bytes.position() + CORNERS * Float.BYTES); // the normal
        builder.add(point(bytes), point(bytes), point(bytes));
        bytes.getShort();
      }
      return builder.build();
    } catch (BufferUnderflowException | IllegalArgumentException e) {
      throw new IOException(file + " is too short for a binary STL file", e);
    }
  }

  private static Point point(ByteBuffer bytes) {
    return new Point(bytes.getFloat(), bytes.getFloat(), bytes.getFloat());
  }

  /** A corner. */
  record Point(float x, float y, float z) {

    Point {
      if (!Float.isFinite(x) || !Float.isFinite(y) || !Float.isFinite(z)) {
        throw new IllegalArgumentException("A coordinate is not a number");
      }
      // Zero has two signs, which are one place
      x += 0f;
      y += 0f;
      z += 0f;
    }

    /** Six times the volume of the tetrahedron between the origin and a triangle. */
    static double sixfoldVolume(Point a, Point b, Point c) {
      return (double) a.x * ((double) b.y * c.z - (double) b.z * c.y)
          - (double) a.y * ((double) b.x * c.z - (double) b.z * c.x)
          + (double) a.z * ((double) b.x * c.y - (double) b.y * c.x);
    }
  }

  /** A directed edge. */
  private record Edge(Point from, Point to) {

    Edge reversed() {
      return new Edge(to, from);
    }
  }

  /** Collects triangles. */
  static final class Builder {

    private final Map<Edge, Integer> edges = new HashMap<>();
    private double sixfoldVolume;
    private int triangles;

    void add(Point a, Point b, Point c) {
      edges.merge(new Edge(a, b), 1, Integer::sum);
      edges.merge(new Edge(b, c), 1, Integer::sum);
      edges.merge(new Edge(c, a), 1, Integer::sum);
      sixfoldVolume += Point.sixfoldVolume(a, b, c);
      triangles++;
    }

    Mesh build() {
      boolean closed =
          triangles > 0
              && edges.entrySet().stream()
                  .allMatch(
                      edge ->
                          edge.getValue() == 1 && edges.containsKey(edge.getKey().reversed()));
      return new Mesh(triangles, sixfoldVolume / (2 * CORNERS), closed);
    }
  }
}
