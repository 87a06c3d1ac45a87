package dev.tenon.jobs.processor.check;

import com.palantir.javapoet.TypeName;
import dev.tenon.jobs.processor.model.Place;
import dev.tenon.jobs.processor.model.RecordShape;
import dev.tenon.jobs.processor.model.Shapes;
import dev.tenon.jobs.processor.model.Shapes.Depth;
import dev.tenon.jobs.processor.model.ValueShape;
import dev.tenon.jobs.processor.model.ValueShape.Content;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** The rules of a payload's or result's components, and of the records they lead to. */
public final class ShapeCheck {

  private final Report report;
  private final ConstraintCheck constraints;

  /** A check that adds to a report. */
  public ShapeCheck(Report report) {
    this.report = report;
    this.constraints = new ConstraintCheck(report);
  }

  /** Checks a record and, where {@code @Valid} leads, the records in it. */
  public void check(Shapes shapes) {
    new Walk(shapes).record(shapes.root());
  }

  /** One walk from a root, which visits each record once. */
  private final class Walk {
    private final Shapes shapes;
    private final Set<TypeName> seen = new HashSet<>();

    private Walk(Shapes shapes) {
      this.shapes = shapes;
    }

    private void record(TypeName record) {
      if (seen.add(record)) {
        RecordShape shape = shapes.get(record);
        shape.components().forEach(component -> value(component.value(), Optional.empty(), shape));
      }
    }

    private void value(ValueShape value, Optional<Place> validAround, RecordShape around) {
      value
          .valid()
          .filter(place -> !validAround.equals(value.valid()) && !isWorthwhile(value))
          .ifPresent(
              place ->
                  report.add(
                      Diagnostic.VALID,
                      place,
                      where(value, around),
                      "is of type " + Texts.simple(value.type())));
      String where = where(value, around);
      constraints.check(value, where);
      Content content = value.content();
      if (content instanceof Content.Components components) {
        if (value.valid().isPresent()) {
          record(components.record());
        } else if (isConstrained(components.record(), new HashSet<>())) {
          report.add(
              Diagnostic.MISSING_VALID,
              value.place(),
              where,
              Texts.simple(components.record()),
              Texts.simple(value.type()));
        }
      } else if (content instanceof Content.Entries entries) {
        value(entries.entry(), value.valid(), around);
      } else if (content instanceof Content.Mappings mappings) {
        value(mappings.key(), value.valid(), around);
        value(mappings.value(), value.valid(), around);
      } else if (content instanceof Content.Wrapped wrapped) {
        value(wrapped.value(), value.valid(), around);
      }
    }

    /** Whether {@code @Valid} on a value leads to a record with something to check. */
    private boolean isWorthwhile(ValueShape value) {
      Content content = value.content();
      if (content instanceof Content.Components components) {
        return shapes.hasChecks(components.record(), Depth.ALL);
      }
      if (content instanceof Content.Entries entries) {
        return isWorthwhile(entries.entry());
      }
      if (content instanceof Content.Mappings mappings) {
        return isWorthwhile(mappings.value());
      }
      return content instanceof Content.Wrapped wrapped && isWorthwhile(wrapped.value());
    }

    /** Whether a record has constraints that only {@code @Valid} would have checked. */
    private boolean isConstrained(TypeName record, Set<TypeName> around) {
      return around.add(record)
          && shapes.get(record).components().stream()
              .anyMatch(component -> isConstrained(component.value(), around));
    }

    private boolean isConstrained(ValueShape value, Set<TypeName> around) {
      if (!value.constraints().isEmpty()) {
        return true;
      }
      Content content = value.content();
      if (content instanceof Content.Components components) {
        return value.valid().isPresent() && isConstrained(components.record(), around);
      }
      if (content instanceof Content.Entries entries) {
        return isConstrained(entries.entry(), around);
      }
      if (content instanceof Content.Mappings mappings) {
        return isConstrained(mappings.key(), around) || isConstrained(mappings.value(), around);
      }
      return content instanceof Content.Wrapped wrapped && isConstrained(wrapped.value(), around);
    }
  }

  private static String where(ValueShape value, RecordShape around) {
    return Texts.simple(around.type()) + "." + value.path();
  }
}
