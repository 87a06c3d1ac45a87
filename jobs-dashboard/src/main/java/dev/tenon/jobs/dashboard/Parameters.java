package dev.tenon.jobs.dashboard;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The parameters of a query or of a form, in their order. Blank ones count as not there. */
final class Parameters {

  private static final int MAX_PARAMETERS = 5_000;

  private final Map<String, List<String>> values;

  private Parameters(Map<String, List<String>> values) {
    this.values = values;
  }

  static Parameters parse(String encoded) {
    Map<String, List<String>> values = new LinkedHashMap<>();
    int count = 0;
    for (String pair : encoded.split("&", -1)) {
      if (pair.isEmpty()) {
        continue;
      }
      if (++count > MAX_PARAMETERS) {
        throw new BadRequestException("There are more than " + MAX_PARAMETERS + " parameters.");
      }
      int equals = pair.indexOf('=');
      String name = decode(equals < 0 ? pair : pair.substring(0, equals));
      String value = equals < 0 ? "" : decode(pair.substring(equals + 1));
      if (!value.isBlank()) {
        values.computeIfAbsent(name, any -> new ArrayList<>()).add(value);
      }
    }
    return new Parameters(values);
  }

  static String decode(String encoded) {
    try {
      return URLDecoder.decode(encoded, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new BadRequestException("The address or the form has an invalid escape sequence.");
    }
  }

  static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  Optional<String> get(String name) {
    return Optional.ofNullable(values.get(name)).map(list -> list.get(0).strip());
  }

  /**
   * The parameter as it was written, with the line feeds that it had before it was sent; empty if
   * it is not there.
   */
  String text(String name) {
    return values.getOrDefault(name, List.of("")).get(0).replace("\r\n", "\n");
  }

  /** The parameter, or an answer that says what is missing. */
  String require(String name, String whatItIs) {
    return get(name).orElseThrow(() -> new BadRequestException("Enter " + whatItIs + "."));
  }

  List<String> all(String name) {
    return values.getOrDefault(name, List.of()).stream().map(String::strip).toList();
  }

  boolean has(String name) {
    return values.containsKey(name);
  }

  /** A copy with a parameter in place of others of its name, at the end. */
  Parameters with(String name, String value) {
    Map<String, List<String>> more = new LinkedHashMap<>(values);
    more.put(name, List.of(value));
    return new Parameters(more);
  }

  /** A copy without some. */
  Parameters without(String... names) {
    Map<String, List<String>> fewer = new LinkedHashMap<>(values);
    fewer.keySet().removeAll(List.of(names));
    return new Parameters(fewer);
  }

  /** All of them as a query without the question mark, except some. */
  String encoded(String... except) {
    List<String> left = List.of(except);
    return values.entrySet().stream()
        .filter(entry -> !left.contains(entry.getKey()))
        .flatMap(
            entry ->
                entry.getValue().stream()
                    .map(value -> encode(entry.getKey()) + "=" + encode(value)))
        .collect(Collectors.joining("&"));
  }
}
