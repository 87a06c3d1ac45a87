package dev.tenon.jobs.cli.generate;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The parts of a schema that say more than a type does, for people. */
final class SchemaNotes {

  /** The pattern of strings that are not blank in Java. */
  private static final String NOT_BLANK =
      "[^\\t-\\r\\u001c- \\u1680\\u2000-\\u2006\\u2008-\\u200a\\u2028\\u2029\\u205f\\u3000]";

  /** The limits of numbers in Java, which say nothing about one number. */
  private static final Set<BigInteger> LIMITS =
      Stream.of(7, 15, 31, 63)
          .map(BigInteger.TWO::pow)
          .flatMap(power -> Stream.of(power.negate(), power.subtract(BigInteger.ONE)))
          .collect(Collectors.toUnmodifiableSet());

  private final Map<?, ?> schema;
  private final List<String> rules = new ArrayList<>();

  private SchemaNotes(Map<?, ?> schema) {
    this.schema = schema;
  }

  /** The notes of a schema: its description, its rules, and what validators do not check. */
  static List<String> of(Map<?, ?> schema) {
    SchemaNotes notes = new SchemaNotes(schema);
    notes.addRules();
    List<String> paragraphs = new ArrayList<>();
    if (schema.get("description") instanceof String description) {
      paragraphs.add(description);
    }
    if (!notes.rules.isEmpty()) {
      paragraphs.add(String.join(" ", notes.rules));
    }
    return paragraphs;
  }

  private void addRules() {
    String comment = schema.get("$comment") instanceof String text ? text : "";
    add("Format: %s.", "format");
    add("Encoding: %s.", "contentEncoding");
    if (NOT_BLANK.equals(schema.get("pattern"))) {
      rules.add("Not blank.");
    }
    addLimit("At least %s.", "minimum");
    addLimit("Greater than %s.", "exclusiveMinimum");
    addLimit("At most %s.", "maximum");
    addLimit("Less than %s.", "exclusiveMaximum");
    // Lengths in the schema are those of Base64, or half of those in Java, which are in the comment
    if (!schema.containsKey("contentEncoding")) {
      if (!comment.contains("At least")) {
        addCount("At least %s.", "minLength", "character");
      }
      addCount("At most %s.", "maxLength", "character");
    }
    addCount("At least %s.", "minItems", "entry");
    addCount("At most %s.", "maxItems", "entry");
    addCount("At least %s.", "minProperties", "entry");
    addCount("At most %s.", "maxProperties", "entry");
    if (!comment.isEmpty()) {
      rules.add(comment);
    }
    if (Boolean.TRUE.equals(schema.get("x-sensitive"))) {
      rules.add("Sensitive: hidden from people.");
    }
  }

  private void add(String sentence, String keyword) {
    if (schema.get(keyword) instanceof String value) {
      rules.add(sentence.formatted(value));
    }
  }

  private void addLimit(String sentence, String keyword) {
    BigDecimal limit = number(keyword);
    if (limit != null && !(limit.scale() <= 0 && LIMITS.contains(limit.toBigInteger()))) {
      rules.add(sentence.formatted(limit.toPlainString()));
    }
  }

  private void addCount(String sentence, String keyword, String unit) {
    BigDecimal count = number(keyword);
    if (count != null) {
      String units =
          count.compareTo(BigDecimal.ONE) == 0
              ? unit
              : unit.endsWith("y") ? unit.substring(0, unit.length() - 1) + "ies" : unit + "s";
      rules.add(sentence.formatted(count.toPlainString() + " " + units));
    }
  }

  private @Nullable BigDecimal number(String keyword) {
    return schema.get(keyword) instanceof BigDecimal number ? number : null;
  }
}
