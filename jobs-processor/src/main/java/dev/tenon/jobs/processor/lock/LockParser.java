package dev.tenon.jobs.processor.lock;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;

/** Reads the lock file. If it cannot read something, it names the line. */
final class LockParser {

  private static final JsonFactory JSON =
      JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private final JsonParser parser;

  private LockParser(JsonParser parser) {
    this.parser = parser;
  }

  /**
   * The types in the file's contents, by name.
   *
   * @throws LockFileException if these are not the contents of such a file
   */
  static SortedMap<String, LockedType> parse(String text) throws LockFileException {
    int conflict = conflictLine(text);
    if (conflict > 0) {
      throw new LockFileException(
          conflict,
          "it contains both sides of a merge. Keep one of them and compile, which adds what the"
              + " other one had");
    }
    try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), text)) {
      return new LockParser(parser).file();
    } catch (JacksonException e) {
      throw new LockFileException(
          e.getLocation() == null ? 1 : e.getLocation().getLineNr(),
          e.getOriginalMessage() + ". Bring it back from version control");
    }
  }

  /** The line of the first conflict marker, from 1; 0 if there is none. */
  private static int conflictLine(String text) {
    int number = 0;
    for (String line : text.split("\n", -1)) {
      number++;
      if (line.startsWith("<<<<<<<") || line.startsWith("=======") || line.startsWith(">>>>>>>")) {
        return number;
      }
    }
    return 0;
  }

  private SortedMap<String, LockedType> file() throws LockFileException {
    SortedMap<String, LockedType> types = new TreeMap<>();
    next();
    boolean known = false;
    for (String name = open(); name != null; name = nextName()) {
      if (name.equals("format")) {
        int format = integer();
        if (format != LockFormat.VERSION) {
          throw fault(
              "its format is %d, but this version of Tenon reads %d. Compile with the version that"
                      .formatted(format, LockFormat.VERSION)
                  + " wrote it, or a newer one");
        }
        known = true;
      } else if (name.equals("types") && known) {
        types = members(this::type);
      } else {
        throw unexpected();
      }
    }
    if (!known) {
      throw fault("it has no format. Bring it back from version control");
    }
    if (next() != null) {
      throw unexpected();
    }
    return types;
  }

  private LockedType type() throws LockFileException {
    @Nullable String module = null;
    @Nullable Integer version = null;
    @Nullable String routingKey = null;
    List<String> aliases = List.of();
    SortedMap<String, String> inputs = new TreeMap<>();
    @Nullable LockedValue payload = null;
    @Nullable LockedValue result = null;
    SortedMap<String, LockedShape> shapes = new TreeMap<>();
    for (String name = open(); name != null; name = nextName()) {
      switch (name) {
        case "module" -> module = text();
        case "version" -> version = integer();
        case "routingKey" -> routingKey = text();
        case "aliases" -> aliases = texts();
        case "inputs" -> inputs = members(this::text);
        case "payload" -> payload = value();
        case "result" -> result = value();
        case "shapes" -> shapes = members(this::shape);
        default -> throw unexpected();
      }
    }
    if (module == null
        || version == null
        || routingKey == null
        || payload == null
        || result == null) {
      throw fault(
          "the type that ends here lacks module, version, routingKey, payload or result. Bring it"
              + " back from version control");
    }
    List<String> named =
        Stream.concat(
                Stream.of(payload, result).flatMap(LockParser::shapesOf),
                shapes.values().stream().flatMap(LockParser::shapesOf))
            .toList();
    for (String shape : named) {
      if (!shapes.containsKey(shape)) {
        throw fault(
            "the type that ends here names the shape "
                + shape
                + " and the file does not have it. Bring it back from version control");
      }
    }
    return new LockedType(module, version, routingKey, aliases, inputs, payload, result, shapes);
  }

  /** The names of the shapes that a value leads to directly. */
  private static Stream<String> shapesOf(LockedValue value) {
    Stream<String> inside =
        Stream.concat(value.keys().stream(), value.entries().stream())
            .flatMap(LockParser::shapesOf);
    return value.isShape() ? Stream.concat(Stream.of(value.type()), inside) : inside;
  }

  private static Stream<String> shapesOf(LockedShape shape) {
    if (shape instanceof LockedShape.Fields fields) {
      return fields.components().values().stream().flatMap(LockParser::shapesOf);
    }
    return shape instanceof LockedShape.Alternatives alternatives
        ? alternatives.records().values().stream()
        : Stream.empty();
  }

  private LockedShape shape() throws LockFileException {
    @Nullable LockedShape shape = null;
    for (String name = open(); name != null; name = nextName()) {
      shape =
          switch (name) {
            case "record" -> new LockedShape.Fields(members(this::value), Optional.empty());
            case "enum" -> new LockedShape.Constants(new TreeSet<>(texts()), Optional.empty());
            case "union" -> new LockedShape.Alternatives(members(this::text), Optional.empty());
            default -> throw unexpected();
          };
    }
    if (shape == null) {
      throw fault("the shape that ends here is empty. Bring it back from version control");
    }
    return shape;
  }

  private LockedValue value() throws LockFileException {
    @Nullable String type = null;
    boolean isShape = false;
    boolean optional = false;
    boolean valid = false;
    Map<Limit, List<String>> limits = new EnumMap<>(Limit.class);
    Optional<LockedValue> keys = Optional.empty();
    Optional<LockedValue> entries = Optional.empty();
    for (String name = open(); name != null; name = nextName()) {
      switch (name) {
        case "type" -> type = text();
        case "shape" -> {
          type = text();
          isShape = true;
        }
        case "optional" -> optional = truth();
        case "valid" -> valid = truth();
        case "keys" -> keys = Optional.of(value());
        case "entries" -> entries = Optional.of(value());
        default -> {
          Limit limit = limit(name);
          limits.put(limit, limitTexts(limit));
        }
      }
    }
    if (type == null) {
      throw fault("the value has neither type nor shape. Bring it back from version control");
    }
    return new LockedValue(type, isShape, optional, valid, limits, keys, entries, Optional.empty());
  }

  private Limit limit(String name) throws LockFileException {
    for (Limit limit : Limit.values()) {
      if (limit.key().equals(name)) {
        return limit;
      }
    }
    throw unexpected();
  }

  private List<String> limitTexts(Limit limit) throws LockFileException {
    List<String> texts =
        parser.currentToken() == JsonToken.START_ARRAY ? texts() : List.of(scalar());
    if (texts.isEmpty() || !texts.stream().allMatch(limit::accepts)) {
      throw unexpected();
    }
    return texts;
  }

  /** Reads a value. */
  private interface Content<T> {
    T read() throws LockFileException;
  }

  /** An object whose members are all read the same way, by their names. */
  private <T> SortedMap<String, T> members(Content<T> content) throws LockFileException {
    SortedMap<String, T> members = new TreeMap<>();
    for (String name = open(); name != null; name = nextName()) {
      members.put(name, content.read());
    }
    return members;
  }

  /**
   * Enters an object and returns the name of its first member, whose value is then the current
   * token.
   */
  private @Nullable String open() throws LockFileException {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      throw unexpected();
    }
    return nextName();
  }

  /**
   * Returns the name of the next member, whose value is then the current token; null at the end.
   */
  private @Nullable String nextName() throws LockFileException {
    if (next() == JsonToken.END_OBJECT) {
      return null;
    }
    String name = parser.currentName();
    next();
    return name;
  }

  private @Nullable JsonToken next() {
    return parser.nextToken();
  }

  private List<String> texts() throws LockFileException {
    if (parser.currentToken() != JsonToken.START_ARRAY) {
      throw unexpected();
    }
    List<String> texts = new ArrayList<>();
    while (next() != JsonToken.END_ARRAY) {
      texts.add(text());
    }
    return texts;
  }

  private String scalar() throws LockFileException {
    JsonToken token = parser.currentToken();
    if (token == null || !token.isScalarValue() || token == JsonToken.VALUE_NULL) {
      throw unexpected();
    }
    return parser.getString();
  }

  private String text() throws LockFileException {
    if (parser.currentToken() != JsonToken.VALUE_STRING) {
      throw unexpected();
    }
    return parser.getString();
  }

  private int integer() throws LockFileException {
    if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT) {
      throw unexpected();
    }
    return parser.getIntValue();
  }

  private boolean truth() throws LockFileException {
    if (parser.currentToken() != JsonToken.VALUE_TRUE
        && parser.currentToken() != JsonToken.VALUE_FALSE) {
      throw unexpected();
    }
    return parser.getBooleanValue();
  }

  private LockFileException unexpected() {
    String name = parser.currentName();
    return fault(
        (name == null
                ? "unexpected " + parser.currentToken()
                : "'" + name + "' does not belong here, or not with this value")
            + ". Bring it back from version control");
  }

  private LockFileException fault(String message) {
    return new LockFileException(parser.currentTokenLocation().getLineNr(), message);
  }
}
