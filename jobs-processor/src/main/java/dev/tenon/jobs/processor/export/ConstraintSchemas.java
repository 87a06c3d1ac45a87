package dev.tenon.jobs.processor.export;

import com.palantir.javapoet.ArrayTypeName;
import com.palantir.javapoet.ParameterizedTypeName;
import com.palantir.javapoet.TypeName;
import dev.tenon.jobs.processor.model.Constraint;
import dev.tenon.jobs.processor.model.ConstraintUse;
import dev.tenon.jobs.processor.model.ValueKind;
import dev.tenon.jobs.processor.model.ValueShape;
import java.util.List;
import java.util.Optional;

/**
 * Adds the constraints on a value that is not a number to its schema. If JSON Schema can express
 * only a part of a constraint, the schema allows everything that the constraint allows, and a note
 * describes the rest.
 */
final class ConstraintSchemas {

  /**
   * A character that is not white space in Java, whose definition differs from all others.
   *
   * @see Character#isWhitespace(int)
   */
  static final String NOT_BLANK =
      "[^\\t-\\r\\u001c- \\u1680\\u2000-\\u2006\\u2008-\\u200a\\u2028\\u2029\\u205f\\u3000]";

  /**
   * The pattern that all e-mail addresses match, and the empty string, which is not a violation.
   */
  static final String EMAIL = "^$|[^@]@[^@]+$";

  private static final int BYTES_A_GROUP = 3;
  private static final int CHARACTERS_A_GROUP = 4;

  private ConstraintSchemas() {}

  /** Adds the constraints on a value. */
  static void add(ValueShape value, Schema schema) {
    for (ConstraintUse use : value.constraints()) {
      add(use.constraint(), value, schema);
    }
    addOwn(value, schema);
  }

  /** Adds the user's own constraints on a value. */
  static void addOwn(ValueShape value, Schema schema) {
    for (ConstraintUse use : value.constraints()) {
      if (use.constraint() instanceof Constraint.Checked) {
        schema.note(SchemaNotes.own(use));
      }
    }
  }

  private static void add(Constraint constraint, ValueShape value, Schema schema) {
    if (constraint instanceof Constraint.Flag flag) {
      schema.with("const", flag.expected());
    } else if (constraint instanceof Constraint.NotBlank) {
      schema.pattern(NOT_BLANK);
    } else if (constraint instanceof Constraint.NotEmpty) {
      size(new Constraint.Size(1, Integer.MAX_VALUE), value, schema);
    } else if (constraint instanceof Constraint.Size size) {
      size(size, value, schema);
    } else if (constraint instanceof Constraint.Pattern pattern) {
      pattern(pattern.regexp(), pattern.flags(), schema);
    } else if (constraint instanceof Constraint.Email email) {
      schema.pattern(EMAIL);
      schema.note("An e-mail address, or empty.");
      if (!email.regexp().equals(".*")) {
        pattern(email.regexp(), email.flags(), schema);
      }
    } else if (constraint instanceof Constraint.Moment moment) {
      schema.note(SchemaNotes.moment(moment));
    } else if (constraint instanceof Constraint.Bound bound) {
      schema.note(SchemaNotes.bound(bound));
    } else if (constraint instanceof Constraint.Digits digits) {
      schema.note(SchemaNotes.digits(digits));
    }
  }

  /** Adds a regular expression, or a note if the schema cannot say it. */
  private static void pattern(String regexp, List<String> flags, Schema schema) {
    Optional<String> ecma = flags.isEmpty() ? EcmaPattern.of(regexp) : Optional.empty();
    ecma.ifPresentOrElse(schema::pattern, () -> schema.note(SchemaNotes.pattern(regexp, flags)));
  }

  private static void size(Constraint.Size size, ValueShape value, Schema schema) {
    if (value.kind() == ValueKind.TEXT || isArrayOf(value, TypeName.CHAR)) {
      text(size, schema);
    } else if (isArrayOf(value, TypeName.BYTE)) {
      bytes(size, schema);
    } else if (value.kind() == ValueKind.MAP) {
      count(size, "minProperties", "maxProperties", schema);
    } else {
      count(size, "minItems", "maxItems", schema);
      if (size.min() > 1 && isSet(value.type())) {
        schema.note(SchemaNotes.SET);
      }
    }
  }

  private static void count(Constraint.Size size, String min, String max, Schema schema) {
    schema.atLeast(min, size.min());
    if (size.max() < Integer.MAX_VALUE) {
      schema.atMost(max, size.max());
    }
  }

  /**
   * Adds the limits of a string's length. Java counts code units, and a character may have two;
   * JSON Schema counts characters.
   */
  private static void text(Constraint.Size size, Schema schema) {
    schema.atLeast("minLength", (size.min() + 1L) / 2);
    if (size.max() < Integer.MAX_VALUE) {
      schema.atMost("maxLength", size.max());
      schema.note(SchemaNotes.UTF_16);
    }
    if (size.min() > 1) {
      schema.note("At least %d characters.".formatted(size.min())).note(SchemaNotes.UTF_16);
    }
  }

  private static void bytes(Constraint.Size size, Schema schema) {
    schema.atLeast("minLength", base64Length(size.min()));
    if (size.max() < Integer.MAX_VALUE) {
      schema.atMost("maxLength", base64Length(size.max()));
    }
    if (size.min() > 1 || size.max() < Integer.MAX_VALUE) {
      String most = size.max() < Integer.MAX_VALUE ? " and at most %d".formatted(size.max()) : "";
      schema.note("At least %d%s bytes.".formatted(size.min(), most));
    }
  }

  private static long base64Length(int bytes) {
    return (bytes + BYTES_A_GROUP - 1L) / BYTES_A_GROUP * CHARACTERS_A_GROUP;
  }

  /** Returns whether a value is an array of this primitive type. */
  static boolean isArrayOf(ValueShape value, TypeName component) {
    return value.type() instanceof ArrayTypeName array && array.componentType().equals(component);
  }

  private static boolean isSet(TypeName type) {
    return type instanceof ParameterizedTypeName parameterized
        && parameterized.rawType().simpleName().endsWith("Set");
  }
}
