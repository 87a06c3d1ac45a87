package dev.tenon.jobs.processor.write;

import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.FieldSpec;
import com.palantir.javapoet.TypeName;
import dev.tenon.jobs.processor.model.CheckedAnnotation;
import dev.tenon.jobs.processor.model.Constraint;
import dev.tenon.jobs.processor.model.GeneratedNames;
import dev.tenon.jobs.processor.model.IntegerRange;
import dev.tenon.jobs.processor.model.RuntimeTypes;
import dev.tenon.jobs.processor.model.ValueKind;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.lang.model.element.Modifier;
import javax.lang.model.type.TypeMirror;

/** Turns constraints into conditions on a variable that is not null. */
final class ConstraintWriter {

  private final Scope names;
  private final Map<CodeBlock, FieldSpec> constants = new LinkedHashMap<>();

  /** Creates a writer for one class where these names are already taken. */
  ConstraintWriter(Scope names) {
    this.names = names;
  }

  /**
   * A check.
   *
   * @param broken the condition that means the constraint is violated
   * @param message an expression for the message in that case
   */
  record Check(CodeBlock broken, CodeBlock message) {
    static Check of(CodeBlock broken, String message) {
      return new Check(broken, Literals.string(message));
    }

    /** The same check with the user's message. */
    Check saying(String text) {
      return of(broken, text);
    }
  }

  /** The constants that the conditions use. */
  List<FieldSpec> constants() {
    return new ArrayList<>(constants.values());
  }

  /**
   * The check of a constraint on a value that is there; empty if every such value meets it.
   *
   * @param variable the variable that holds the value
   * @param name the name of the value, for the constants
   */
  Optional<Check> check(Constraint constraint, ValueKind kind, String variable, String name) {
    if (constraint instanceof Constraint.Flag flag) {
      return Optional.of(
          Check.of(
              CodeBlock.of(flag.expected() ? "!$N" : "$N", variable),
              "must be " + flag.expected()));
    }
    if (constraint instanceof Constraint.Moment moment) {
      return Optional.of(moment(moment, variable));
    }
    if (constraint instanceof Constraint.Digits digits) {
      return Optional.of(digits(digits, variable));
    }
    if (constraint instanceof Constraint.Checked checked) {
      return Optional.of(checked(checked, variable));
    }
    if (constraint instanceof Constraint.NotBlank) {
      return Optional.of(
          Check.of(
              CodeBlock.of("!$T.isNotBlank($N)", RuntimeTypes.CONSTRAINTS, variable),
              "must not be blank"));
    }
    if (constraint instanceof Constraint.NotEmpty) {
      return Optional.of(Check.of(isEmpty(kind, variable), "must not be empty"));
    }
    if (constraint instanceof Constraint.Size size) {
      return size(size, kind, variable);
    }
    if (constraint instanceof Constraint.Bound bound) {
      return bound(bound, kind, variable, name)
          .map(broken -> Check.of(broken, boundMessage(bound)));
    }
    if (constraint instanceof Constraint.Pattern pattern) {
      CodeBlock broken = matchesNot(pattern.regexp(), pattern.flags(), variable, name);
      return Optional.of(Check.of(broken, "must match \"" + pattern.regexp() + "\""));
    }
    if (constraint instanceof Constraint.Email email) {
      CodeBlock broken = CodeBlock.of("!$T.isEmail($N)", RuntimeTypes.CONSTRAINTS, variable);
      if (!email.regexp().equals(".*")) {
        broken =
            CodeBlock.of(
                "$L || $L", broken, matchesNot(email.regexp(), email.flags(), variable, name));
      }
      return Optional.of(Check.of(broken, "must be an e-mail address"));
    }
    return Optional.empty();
  }

  private static Check checked(Constraint.Checked checked, String variable) {
    CheckedAnnotation annotation = checked.annotation();
    CodeBlock.Builder arguments = CodeBlock.builder().add("$N", variable);
    for (int i = 0; i < checked.arguments().size(); i++) {
      TypeMirror type = annotation.attributes().get(i).getReturnType();
      arguments.add(",$W$L", Literals.of(checked.arguments().get(i), type));
    }
    return Check.of(
        CodeBlock.of(
            "!$T.$N($L)",
            TypeName.get(annotation.type().value()),
            annotation.method().value(),
            arguments.build()),
        "does not meet @" + annotation.name());
  }

  private static Check moment(Constraint.Moment moment, String variable) {
    String broken = (moment.past() ? ">" : "<") + (moment.orPresent() ? "" : "=");
    String when = moment.past() ? "past" : "future";
    return Check.of(
        CodeBlock.of("$T.compareToNow($N) $L 0", RuntimeTypes.CONSTRAINTS, variable, broken),
        "must be in the " + when + (moment.orPresent() ? " or now" : ""));
  }

  private static Check digits(Constraint.Digits digits, String variable) {
    return Check.of(
        CodeBlock.of(
            "!$T.hasDigits($N, $L, $L)",
            RuntimeTypes.CONSTRAINTS,
            variable,
            digits.integer(),
            digits.fraction()),
        "must have at most %d digits before and %d after the decimal point"
            .formatted(digits.integer(), digits.fraction()));
  }

  private static CodeBlock isEmpty(ValueKind kind, String variable) {
    return switch (kind) {
      case ARRAY -> CodeBlock.of("$N.length == 0", variable);
      case TEXT -> CodeBlock.of("$N.length() == 0", variable);
      default -> CodeBlock.of("$N.isEmpty()", variable);
    };
  }

  private static Optional<Check> size(Constraint.Size size, ValueKind kind, String variable) {
    CodeBlock actual =
        switch (kind) {
          case ARRAY -> CodeBlock.of("$N.length", variable);
          case TEXT -> CodeBlock.of("$N.length()", variable);
          default -> CodeBlock.of("$N.size()", variable);
        };
    String unit =
        kind == ValueKind.TEXT ? "character" : kind == ValueKind.MAP ? "mapping" : "entry";
    boolean hasMin = size.min() > 0;
    boolean hasMax = size.max() < Integer.MAX_VALUE;
    if (!hasMin && !hasMax) {
      return Optional.empty();
    }
    CodeBlock broken;
    String amount;
    if (hasMin && hasMax && size.min() == size.max()) {
      broken = CodeBlock.of("$L != $L", actual, size.min());
      amount = "exactly " + counted(size.min(), unit);
    } else if (hasMin && hasMax) {
      broken = CodeBlock.of("$L < $L || $L > $L", actual, size.min(), actual, size.max());
      amount = size.min() + " to " + counted(size.max(), unit);
    } else if (hasMin) {
      broken = CodeBlock.of("$L < $L", actual, size.min());
      amount = "at least " + counted(size.min(), unit);
    } else {
      broken = CodeBlock.of("$L > $L", actual, size.max());
      amount = "at most " + counted(size.max(), unit);
    }
    return Optional.of(
        new Check(broken, CodeBlock.of("$S + $L", "must have " + amount + ", but has ", actual)));
  }

  private static String counted(int count, String unit) {
    String many = unit.endsWith("y") ? unit.substring(0, unit.length() - 1) + "ies" : unit + "s";
    return count + " " + (count == 1 ? unit : many);
  }

  private static String boundMessage(Constraint.Bound bound) {
    if (bound.isSign()) {
      String sign = bound.lower() ? "positive" : "negative";
      return bound.inclusive() ? "must be zero or " + sign : "must be " + sign;
    }
    String limit = bound.limit().toPlainString();
    if (bound.inclusive()) {
      return "must be at " + (bound.lower() ? "least " : "most ") + limit;
    }
    return "must be " + (bound.lower() ? "greater" : "less") + " than " + limit;
  }

  private Optional<CodeBlock> bound(
      Constraint.Bound bound, ValueKind kind, String variable, String name) {
    String broken = (bound.lower() ? "<" : ">") + (bound.inclusive() ? "" : "=");
    if (kind.isWholePrimitive() && bound.isSign()) {
      return Optional.of(CodeBlock.of("$N $L 0", variable, broken));
    }
    if (kind.isWholePrimitive()) {
      return IntegerRange.of(kind)
          .limit(bound)
          .map(
              limit ->
                  CodeBlock.of(
                      "$N $L $L", variable, bound.lower() ? "<" : ">", SourceFiles.number(limit)));
    }
    if (kind.isFloating() && isExact(bound.limit())) {
      // The comparison is negated so that NaN is outside every bound
      return Optional.of(
          CodeBlock.of(
              "!($N $L $L)",
              variable,
              (bound.lower() ? ">" : "<") + (bound.inclusive() ? "=" : ""),
              floating(bound.limit())));
    }
    boolean compares = kind == ValueKind.BIG_DECIMAL || kind == ValueKind.BIG_INTEGER;
    if (compares && bound.isSign()) {
      return Optional.of(CodeBlock.of("$N.signum() $L 0", variable, broken));
    }
    if (kind == ValueKind.BIG_INTEGER) {
      BigInteger limit = IntegerRange.inclusive(bound).toBigIntegerExact();
      String constant =
          constant(
              name + "Limit",
              BigInteger.class,
              CodeBlock.of("new $T($S)", BigInteger.class, limit));
      return Optional.of(
          CodeBlock.of("$N.compareTo($N) $L 0", variable, constant, bound.lower() ? "<" : ">"));
    }
    String constant =
        constant(
            name + "Limit",
            BigDecimal.class,
            CodeBlock.of("new $T($S)", BigDecimal.class, bound.limit()));
    if (kind == ValueKind.BIG_DECIMAL) {
      return Optional.of(CodeBlock.of("$N.compareTo($N) $L 0", variable, constant, broken));
    }
    String method =
        bound.lower()
            ? (bound.inclusive() ? "isAtLeast" : "isGreaterThan")
            : (bound.inclusive() ? "isAtMost" : "isLessThan");
    return Optional.of(
        CodeBlock.of("!$T.$L($N, $N)", RuntimeTypes.CONSTRAINTS, method, variable, constant));
  }

  /**
   * Returns whether comparing with the limit as {@code double} gives the same result as comparing
   * decimals.
   */
  private static boolean isExact(BigDecimal limit) {
    double nearest = limit.doubleValue();
    return !Double.isInfinite(nearest) && BigDecimal.valueOf(nearest).compareTo(limit) == 0;
  }

  private static String floating(BigDecimal limit) {
    return limit.stripTrailingZeros().scale() <= 0
            && limit.abs().compareTo(BigDecimal.TEN.pow(9)) < 0
        ? limit.toBigInteger().toString()
        : Double.toString(limit.doubleValue());
  }

  private CodeBlock matchesNot(String regexp, List<String> flags, String variable, String name) {
    CodeBlock pattern =
        flags.isEmpty()
            ? CodeBlock.of("$T.compile($L)", Pattern.class, Literals.string(regexp))
            : CodeBlock.of(
                "$T.compile($L, $L)",
                Pattern.class,
                Literals.string(regexp),
                flags.stream()
                    .sorted()
                    .map(flag -> CodeBlock.of("$T.$L", Pattern.class, flag))
                    .collect(CodeBlock.joining(" | ")));
    return CodeBlock.of(
        "!$N.matcher($N).matches()", constant(name + "Pattern", Pattern.class, pattern), variable);
  }

  private String constant(String name, Class<?> type, CodeBlock value) {
    return constants
        .computeIfAbsent(
            value,
            v ->
                FieldSpec.builder(
                        TypeName.get(type),
                        names.take(GeneratedNames.constant(name)),
                        Modifier.PRIVATE,
                        Modifier.STATIC,
                        Modifier.FINAL)
                    .initializer(v)
                    .build())
        .name();
  }
}
