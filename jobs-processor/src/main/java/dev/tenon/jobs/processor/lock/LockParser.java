package dev.tenon.jobs.processor.lock;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;

/** Reads the lock file. If it cannot read something, it names the line. */
final class LockParser extends LockTokens {

  private static final JsonFactory JSON =
      JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private LockParser(JsonParser parser) {
    super(parser);
  }

  /**
   * The contents of the file.
   *
   * @throws LockFileException if these are not the contents of such a file
   */
  static LockContents parse(String text) throws LockFileException {
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

  private LockContents file() throws LockFileException {
    SortedMap<String, LockedType> types = new TreeMap<>();
    SortedMap<String, LockedHandler> handlers = new TreeMap<>();
    SortedMap<String, LockedSignal> signals = new TreeMap<>();
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
      } else if (name.equals("handlers") && known) {
        handlers = members(this::handler);
      } else if (name.equals("signals") && known) {
        signals = members(this::signal);
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
    return new LockContents(types, handlers, signals);
  }

  private LockedType type() throws LockFileException {
    @Nullable String module = null;
    @Nullable Integer version = null;
    @Nullable String routingKey = null;
    List<String> aliases = List.of();
    SortedMap<String, String> inputs = new TreeMap<>();
    @Nullable LockedValue payload = null;
    @Nullable LockedValue result = null;
    Optional<LockedValue> emits = Optional.empty();
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
        case "emits" -> emits = Optional.of(value());
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
    checkShapes("type", Stream.concat(Stream.of(payload, result), emits.stream()), shapes);
    return new LockedType(
        module, version, routingKey, aliases, inputs, payload, result, emits, shapes);
  }

  private void checkShapes(
      String what, Stream<LockedValue> values, SortedMap<String, LockedShape> shapes)
      throws LockFileException {
    List<String> named =
        Stream.concat(
                values.flatMap(LockParser::shapesOf),
                shapes.values().stream().flatMap(LockParser::shapesOf))
            .toList();
    for (String shape : named) {
      if (!shapes.containsKey(shape)) {
        throw fault(
            ("the %s that ends here names the shape %s and the file does not have it. Bring it back "
                    + "from version control")
                .formatted(what, shape));
      }
    }
  }

  private LockedHandler handler() throws LockFileException {
    @Nullable String module = null;
    @Nullable Integer version = null;
    SortedMap<String, LockedHandler.Step> steps = new TreeMap<>();
    SortedMap<String, LockedHandler.Wait> waits = new TreeMap<>();
    SortedMap<String, LockedHandler.Sleep> sleeps = new TreeMap<>();
    Optional<LockedValue> cursor = Optional.empty();
    SortedSet<String> removed = new TreeSet<>();
    SortedMap<String, LockedShape> shapes = new TreeMap<>();
    for (String name = open(); name != null; name = nextName()) {
      switch (name) {
        case "module" -> module = text();
        case "version" -> version = integer();
        case "steps" -> steps = members(this::step);
        case "waits" -> waits = members(this::waitForSignals);
        case "sleeps" -> sleeps = members(this::sleep);
        case "cursor" -> cursor = Optional.of(value());
        case "removed" -> removed = new TreeSet<>(texts());
        case "shapes" -> shapes = members(this::shape);
        default -> throw unexpected();
      }
    }
    if (module == null || version == null) {
      throw fault(
          "the handler that ends here lacks module or version. Bring it back from version control");
    }
    Stream<LockedValue> values =
        Stream.concat(
            cursor.stream(),
            steps.values().stream()
                .flatMap(step -> Stream.concat(step.key().stream(), step.result().stream())));
    checkShapes("handler", values, shapes);
    return new LockedHandler(module, version, steps, waits, sleeps, cursor, removed, shapes);
  }

  private LockedSignal signal() throws LockFileException {
    @Nullable String module = null;
    @Nullable Integer version = null;
    @Nullable LockedValue payload = null;
    SortedMap<String, LockedShape> shapes = new TreeMap<>();
    for (String name = open(); name != null; name = nextName()) {
      switch (name) {
        case "module" -> module = text();
        case "version" -> version = integer();
        case "payload" -> payload = value();
        case "shapes" -> shapes = members(this::shape);
        default -> throw unexpected();
      }
    }
    if (module == null || version == null || payload == null) {
      throw fault(
          "the signal that ends here lacks module, version or payload. Bring it back from version"
              + " control");
    }
    checkShapes("signal", Stream.of(payload), shapes);
    return new LockedSignal(module, version, payload, shapes);
  }

  private LockedHandler.Step step() throws LockFileException {
    List<String> aliases = List.of();
    boolean isRepeatable = true;
    Optional<LockedValue> key = Optional.empty();
    Optional<LockedValue> result = Optional.empty();
    for (String name = open(); name != null; name = nextName()) {
      switch (name) {
        case "aliases" -> aliases = texts();
        case "repeatable" -> isRepeatable = truth();
        case "key" -> key = Optional.of(value());
        case "result" -> result = Optional.of(value());
        default -> throw unexpected();
      }
    }
    return new LockedHandler.Step(aliases, isRepeatable, key, result);
  }

  private LockedHandler.Wait waitForSignals() throws LockFileException {
    List<String> aliases = List.of();
    SortedSet<String> signals = new TreeSet<>();
    for (String name = open(); name != null; name = nextName()) {
      switch (name) {
        case "aliases" -> aliases = texts();
        case "signals" -> signals = new TreeSet<>(texts());
        default -> throw unexpected();
      }
    }
    return new LockedHandler.Wait(aliases, signals);
  }

  private LockedHandler.Sleep sleep() throws LockFileException {
    List<String> aliases = List.of();
    for (String name = open(); name != null; name = nextName()) {
      if (!name.equals("aliases")) {
        throw unexpected();
      }
      aliases = texts();
    }
    return new LockedHandler.Sleep(aliases);
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
    List<String> texts = isArray() ? texts() : List.of(scalar());
    if (texts.isEmpty() || !texts.stream().allMatch(limit::accepts)) {
      throw unexpected();
    }
    return texts;
  }
}
