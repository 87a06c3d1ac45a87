package dev.tenon.jobs.definition;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A codec for the constants of an enum, by name. It also reads the string of {@link
 * Object#toString} if it belongs to one constant only: earlier versions of Tenon stored constants
 * that way if they had no other name in JSON.
 */
final class EnumCodec<E extends Enum<E>> implements JsonKeyCodec<E> {

  private static final int MAX_LISTED = 10;

  private final List<E> constants;
  private final Function<? super E, String> toName;
  private final Map<String, E> byName = new HashMap<>();

  EnumCodec(E[] constants, Function<? super E, String> toName) {
    this.constants = List.of(constants);
    this.toName = toName;
    for (E constant : constants) {
      byName.put(toName.apply(constant), constant);
    }
  }

  @Override
  public void write(JsonWriter json, E value) {
    json.value(toName.apply(value));
  }

  @Override
  public E read(JsonReader json) {
    return find(json, json.stringValue(), "");
  }

  @Override
  public String toKey(E value) {
    return toName.apply(value);
  }

  @Override
  public E fromKey(JsonReader json, String key) {
    return find(json, key, "a key that is ");
  }

  private E find(JsonReader json, String text, String prefix) {
    @Nullable E constant = byName.get(text);
    if (constant != null) {
      return constant;
    }
    List<E> labelled =
        constants.stream()
            .filter(candidate -> toName.apply(candidate).equals(candidate.name()))
            .filter(candidate -> text.equals(candidate.toString()))
            .toList();
    if (labelled.size() == 1) {
      return labelled.get(0);
    }
    throw json.mismatch(prefix + expected());
  }

  private String expected() {
    Stream<String> names = constants.stream().map(toName);
    return constants.size() <= MAX_LISTED
        ? names.collect(Collectors.joining(", ", "one of ", ""))
        : names.limit(MAX_LISTED).collect(Collectors.joining(", ", "one of ", " …"));
  }
}
