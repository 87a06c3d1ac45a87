package dev.tenon.jobs.processor.check;

import com.palantir.javapoet.TypeName;
import dev.tenon.jobs.processor.model.Constraint;
import dev.tenon.jobs.processor.model.Content;
import dev.tenon.jobs.processor.model.RecordShape;
import dev.tenon.jobs.processor.model.Shapes;
import dev.tenon.jobs.processor.model.Shapes.Depth;
import dev.tenon.jobs.processor.model.SourcePosition;
import dev.tenon.jobs.processor.model.StoredValue;
import dev.tenon.jobs.processor.model.TypeNames;
import dev.tenon.jobs.processor.model.ValueShape;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import javax.lang.model.element.TypeElement;
import javax.lang.model.util.Elements;
import javax.lang.model.util.Types;

/** The rules for the components of a payload or result, and for all records reachable from them. */
public final class ShapeCheck {

  private final Report report;
  private final Elements elements;
  private final String packageName;
  private final CheckedUseCheck checkedUses;
  private final ConstraintCheck constraints;

  /**
   * A check that adds to a report.
   *
   * @param sources the names of the classes in the sources
   * @param packageName the package of the validators
   */
  public ShapeCheck(
      Report report, Elements elements, Types types, Set<String> sources, String packageName) {
    this.report = report;
    this.elements = elements;
    this.packageName = packageName;
    this.checkedUses = new CheckedUseCheck(report, elements, types, sources, packageName);
    this.constraints = new ConstraintCheck(report, checkedUses);
  }

  /** Checks a record and all records that {@code @Valid} leads to. */
  public void check(Shapes shapes) {
    new Walk(shapes).record(shapes.root());
    checkAccess(shapes);
  }

  /**
   * Checks a value that is kept with a job.
   *
   * @param around the words that precede its name in messages, such as {@code "the result of "}
   */
  public void check(StoredValue stored, String around) {
    if (stored.isRecord()) {
      check(stored.shapes());
    } else {
      new Walk(stored.shapes()).value(stored.value(), Optional.empty(), around);
      checkAccess(stored.shapes());
    }
  }

  /** Checks that generated code can name the type of a value. */
  void checkAccess(StoredValue stored, String around) {
    checkAccess(stored.value(), around);
  }

  /** Checks a result that is not a record. Its class is checked elsewhere. */
  public void check(ValueShape result, Shapes shapes) {
    result.content().values().forEach(inside -> checkAccess(inside, "the "));
    checkAccess(shapes);
  }

  private void checkAccess(Shapes shapes) {
    for (RecordShape shape : shapes.records().values()) {
      String around = DisplayNames.simple(shape.type()) + ".";
      shape.components().forEach(component -> checkAccess(component.value(), around));
      shape.alternatives().forEach(this::checkAlternative);
    }
  }

  private void checkAccess(ValueShape value, String around) {
    boolean isNamed =
        value.content() instanceof Content.Components
            || value.content() instanceof Content.Constants;
    if (isNamed) {
      hindrance(value.type())
          .ifPresent(
              hindrance ->
                  report.add(
                      Diagnostic.NOT_ACCESSIBLE,
                      value.position(),
                      packageName,
                      "%s, the type of %s"
                          .formatted(DisplayNames.simple(value.type()), around + value.path()),
                      hindrance));
    }
    value.content().values().forEach(inside -> checkAccess(inside, around));
  }

  private void checkAlternative(TypeName alternative) {
    hindrance(alternative)
        .ifPresent(
            hindrance ->
                report.add(
                    Diagnostic.NOT_ACCESSIBLE,
                    SourcePosition.of(
                        elements.getTypeElement(TypeNames.raw(alternative).canonicalName())),
                    packageName,
                    DisplayNames.simple(alternative),
                    hindrance));
  }

  /**
   * Returns whether validators can name all records reachable from a root, and call the methods
   * that check them.
   */
  public boolean isAccessible(Shapes shapes) {
    return checkedUses.isWritable()
        && shapes.records().values().stream().allMatch(this::isAccessible);
  }

  /** Returns whether generated code can name a value and all records reachable from it. */
  public boolean isAccessible(StoredValue stored) {
    return isAccessible(stored.value()) && isAccessible(stored.shapes());
  }

  private boolean isAccessible(RecordShape shape) {
    return hindrance(shape.type()).isEmpty()
        && shape.components().stream().allMatch(component -> isAccessible(component.value()));
  }

  private boolean isAccessible(ValueShape value) {
    return (!(value.content() instanceof Content.Constants) || hindrance(value.type()).isEmpty())
        && value.content().values().stream().allMatch(this::isAccessible);
  }

  private Optional<String> hindrance(TypeName type) {
    TypeElement element = elements.getTypeElement(TypeNames.raw(type).canonicalName());
    return element == null ? Optional.empty() : Accessibility.hindrance(element, packageName);
  }

  /** A walk from a root that visits each record once. */
  private final class Walk {
    private final Shapes shapes;
    private final Set<TypeName> seen = new HashSet<>();

    private Walk(Shapes shapes) {
      this.shapes = shapes;
    }

    private void record(TypeName record) {
      if (seen.add(record)) {
        RecordShape shape = shapes.get(record);
        String around = DisplayNames.simple(shape.type()) + ".";
        shape.components().forEach(component -> value(component.value(), Optional.empty(), around));
        shape.misplaced().forEach(found -> misplaced(found, shape));
        shape.alternatives().forEach(this::record);
      }
    }

    private void misplaced(RecordShape.MisplacedConstraint found, RecordShape shape) {
      String record = DisplayNames.simple(shape.type());
      String member = record + "." + found.member();
      report.add(
          Diagnostic.CONSTRAINT_PLACE,
          found.position(),
          found.constraint(),
          switch (found.place()) {
            case RECORD -> "the record " + record;
            case ACCESSOR -> "the accessor " + member + "()";
            case METHOD -> "the method " + member + "()";
            case PARAMETER -> "a parameter of the constructor of " + record;
          },
          switch (found.place()) {
            case RECORD, METHOD -> "Check several components together in the constructor";
            case ACCESSOR, PARAMETER -> "Move it to the component '" + found.member() + "'";
          });
    }

    private void value(ValueShape value, Optional<SourcePosition> validAround, String around) {
      value
          .valid()
          .filter(position -> !validAround.equals(value.valid()) && !isWorthwhile(value))
          .ifPresent(
              position ->
                  report.add(
                      Diagnostic.VALID,
                      position,
                      around + value.path(),
                      DisplayNames.simple(value.type())));
      String where = around + value.path();
      constraints.check(value, where);
      if (value.content() instanceof Content.Components components) {
        components(components.record(), value, where);
      }
      value.content().values().forEach(inside -> value(inside, value.valid(), around));
    }

    private void components(TypeName record, ValueShape value, String where) {
      if (value.valid().isPresent()) {
        record(record);
      } else if (!hasJavaxValid(value) && shapes.isConstrained(record)) {
        report.add(
            Diagnostic.MISSING_VALID,
            value.position(),
            where,
            DisplayNames.simple(record),
            DisplayNames.simple(value.type()));
      }
    }

    /**
     * Returns whether a value has the {@code @Valid} of {@code javax.validation}, which is reported
     * elsewhere.
     */
    private static boolean hasJavaxValid(ValueShape value) {
      return value.constraints().stream()
          .anyMatch(
              use -> use.constraint() instanceof Constraint.OfJavax && use.name().equals("Valid"));
    }

    /** Returns whether {@code @Valid} on a value leads to a record with something to check. */
    private boolean isWorthwhile(ValueShape value) {
      return value.content() instanceof Content.Components components
          ? shapes.hasChecks(components.record(), Depth.ALL)
          : value.content().values().stream().anyMatch(this::isWorthwhile);
    }
  }
}
