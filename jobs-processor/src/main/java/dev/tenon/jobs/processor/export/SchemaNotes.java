package dev.tenon.jobs.processor.export;

import dev.tenon.jobs.processor.model.Constraint;
import dev.tenon.jobs.processor.model.ConstraintUse;
import java.util.List;

/** The notes in schemas, for what JSON Schema has no keyword for. */
final class SchemaNotes {

  static final String JACKSON = "Jackson annotations define how this is written.";
  static final String UTF_16 = "A character outside the Basic Multilingual Plane counts as two.";
  static final String SET = "Equal entries count once.";

  private SchemaNotes() {}

  static String digits(Constraint.Digits digits) {
    return "At most %d digits before and %d after the decimal point."
        .formatted(digits.integer(), digits.fraction());
  }

  static String bound(Constraint.Bound bound) {
    String how =
        bound.inclusive()
            ? bound.lower() ? "of at least" : "of at most"
            : bound.lower() ? "greater than" : "less than";
    return "A decimal number %s %s.".formatted(how, bound.limit().toPlainString());
  }

  static String own(ConstraintUse use) {
    return "Meets the constraint %s.".formatted(use.name());
  }

  static String moment(Constraint.Moment moment) {
    return "In the %s%s when the job is submitted, and when it is run."
        .formatted(moment.past() ? "past" : "future", moment.orPresent() ? ", or now," : "");
  }

  static String pattern(String regexp, List<String> flags) {
    String how = flags.isEmpty() ? "" : " with " + String.join(", ", flags);
    return "The whole string matches the Java regular expression %s%s.".formatted(regexp, how);
  }
}
