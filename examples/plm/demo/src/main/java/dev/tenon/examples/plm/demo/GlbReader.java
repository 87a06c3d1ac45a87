package dev.tenon.examples.plm.demo;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads the triangles of a GLB file: the binary form of glTF 2.0. */
public final class GlbReader {

  private static final int MAGIC = 0x46546C67;
  private static final int VERSION = 2;
  private static final int JSON_CHUNK = 0x4E4F534A;
  private static final int BINARY_CHUNK = 0x004E4942;
  private static final int FLOAT = 5126;
  private static final int UNSIGNED_SHORT = 5123;
  private static final int UNSIGNED_INT = 5125;
  private static final int CORNERS = 3;
  private static final int POINT_BYTES = CORNERS * Float.BYTES;

  private final Path file;
  private final ByteBuffer binary;
  private final JsonNode document;

  private GlbReader(Path file, JsonNode document, ByteBuffer binary) {
    this.file = file;
    this.document = document;
    this.binary = binary;
  }

  /**
   * Reads a file.
   *
   * @throws IOException if it is not GLB, or its parts do not fit each other
   */
  public static Mesh read(Path file) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    check(bytes.remaining() >= 3 * Integer.BYTES, file, "is too short");
    check(bytes.getInt() == MAGIC, file, "does not begin with glTF");
    check(bytes.getInt() == VERSION, file, "is not glTF 2");
    check(
        bytes.getInt() == bytes.capacity(),
        file,
        "does not have the length that its header states");
    ByteBuffer json = chunk(file, bytes, JSON_CHUNK);
    ByteBuffer binary = chunk(file, bytes, BINARY_CHUNK);
    check(!bytes.hasRemaining(), file, "has more than two chunks");
    JsonNode document = new JsonMapper().readTree(StandardCharsets.UTF_8.decode(json).toString());
    check(
        document.at("/asset/version").stringValue("").startsWith("2."),
        file,
        "has no version 2 asset");
    check(
        document.at("/buffers/0/byteLength").intValue(-1) <= binary.remaining(),
        file,
        "has a buffer that is longer than its chunk");
    return new GlbReader(file, document, binary).read();
  }

  private static ByteBuffer chunk(Path file, ByteBuffer bytes, int type) throws IOException {
    check(bytes.remaining() >= 2 * Integer.BYTES, file, "lacks a chunk");
    int length = bytes.getInt();
    check(bytes.getInt() == type, file, "has an unexpected chunk");
    check(length >= 0 && length <= bytes.remaining(), file, "has a chunk that is cut off");
    check(length % Integer.BYTES == 0, file, "has a chunk that is not padded");
    ByteBuffer chunk = bytes.slice(bytes.position(), length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.position(bytes.position() + length);
    return chunk;
  }

  private Mesh read() throws IOException {
    Mesh.Builder mesh = new Mesh.Builder();
    for (JsonNode part : document.path("meshes")) {
      for (JsonNode primitive : part.path("primitives")) {
        add(primitive, mesh);
      }
    }
    return mesh.build();
  }

  private void add(JsonNode primitive, Mesh.Builder mesh) throws IOException {
    JsonNode positions = accessor(primitive.at("/attributes/POSITION"), "VEC3");
    JsonNode indices = accessor(primitive.path("indices"), "SCALAR");
    check(
        positions.path("componentType").intValue(0) == FLOAT,
        file,
        "has positions of another type");
    int points = positions.path("count").intValue(0);
    int count = indices.path("count").intValue(0);
    int type = indices.path("componentType").intValue(0);
    check(type == UNSIGNED_INT || type == UNSIGNED_SHORT, file, "has indices of another type");
    int indexBytes = type == UNSIGNED_INT ? Integer.BYTES : Short.BYTES;
    check(count % CORNERS == 0, file, "has indices that are not triangles");
    ByteBuffer pointBytes = view(positions, points * POINT_BYTES);
    ByteBuffer indexBuffer = view(indices, count * indexBytes);
    Mesh.Point[] corners = new Mesh.Point[CORNERS];
    for (int i = 0; i < count; i++) {
      int index =
          type == UNSIGNED_INT
              ? indexBuffer.getInt(i * indexBytes)
              : Short.toUnsignedInt(indexBuffer.getShort(i * indexBytes));
      check(index >= 0 && index < points, file, "has an index without a position");
      corners[i % CORNERS] =
          new Mesh.Point(
              pointBytes.getFloat(index * POINT_BYTES),
              pointBytes.getFloat(index * POINT_BYTES + Float.BYTES),
              pointBytes.getFloat(index * POINT_BYTES + 2 * Float.BYTES));
      if (i % CORNERS == CORNERS - 1) {
        mesh.add(corners[0], corners[1], corners[2]);
      }
    }
  }

  private JsonNode accessor(JsonNode index, String type) throws IOException {
    JsonNode accessor = document.path("accessors").path(index.intValue(-1));
    check(accessor.path("type").stringValue("").equals(type), file, "lacks an accessor");
    return accessor;
  }

  private ByteBuffer view(JsonNode accessor, int bytes) throws IOException {
    JsonNode view = document.path("bufferViews").path(accessor.path("bufferView").intValue(-1));
    int skipped = accessor.path("byteOffset").intValue(0);
    int length = view.path("byteLength").intValue(-1);
    int offset = view.path("byteOffset").intValue(0);
    check(skipped >= 0 && skipped + bytes <= length, file, "has an accessor that leaves its view");
    check(
        offset >= 0 && offset + length <= binary.remaining(),
        file,
        "has a view that leaves its buffer");
    return binary.slice(offset + skipped, bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static void check(boolean holds, Path file, String otherwise) throws IOException {
    if (!holds) {
      throw new IOException(file + " " + otherwise);
    }
  }
}
