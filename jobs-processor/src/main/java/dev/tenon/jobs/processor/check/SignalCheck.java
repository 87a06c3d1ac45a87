package dev.tenon.jobs.processor.check;

import dev.tenon.jobs.processor.model.SignalDeclaration;
import dev.tenon.jobs.processor.model.SourcePosition;
import dev.tenon.jobs.processor.model.StoredValue;
import dev.tenon.jobs.processor.read.KotlinClasses;
import java.util.Optional;
import java.util.Set;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.TypeElement;
import javax.lang.model.util.Elements;
import javax.lang.model.util.Types;

/** The rules for one signal: its record, and each attribute of its declaration. */
public final class SignalCheck {

  private static final NameRule NAMES = new NameRule("order.paid");

  private final Report report;
  private final Elements elements;
  private final Types types;
  private final Set<String> sources;

  /**
   * A check that adds to a report.
   *
   * @param sources the names of the classes in the sources
   */
  public SignalCheck(Report report, Elements elements, Types types, Set<String> sources) {
    this.report = report;
    this.elements = elements;
    this.types = types;
    this.sources = sources;
  }

  /** Reports a class with {@code @Signal} that is not a record. */
  public void reportNotRecord(TypeElement type) {
    boolean isKotlin = KotlinClasses.isKotlin(type);
    String what =
        switch (type.getKind()) {
          case INTERFACE -> "an interface";
          case ENUM -> "an enum";
          case ANNOTATION_TYPE -> "an annotation";
          default -> isKotlin ? "a Kotlin class" : "a class";
        };
    String fix =
        type.getKind() == ElementKind.CLASS ? "Make it a record" : "Move the annotation to one";
    report.add(
        Diagnostic.SIGNAL_NOT_RECORD,
        SourcePosition.of(type),
        type.getSimpleName(),
        what,
        isKotlin ? "Write signals as records in Java" : fix);
  }

  /**
   * Checks {@code @Signal} on a record.
   *
   * @param value the record as it was read
   * @param isJobType whether the record also declares a job type
   * @return the value with the upcasters that generated code can call; empty if no definition can
   *     be written
   */
  public Optional<StoredValue> check(
      SignalDeclaration signal, TypeElement record, StoredValue value, boolean isJobType) {
    String packageName = signal.record().packageName();
    boolean isWritable = !isJobType && record.getTypeParameters().isEmpty();
    SourcePosition position = SourcePosition.of(record);
    if (isJobType) {
      report.add(
          Diagnostic.SIGNAL_AND_JOB_TYPE, signal.position(), DisplayNames.simple(signal.record()));
    }
    if (!record.getTypeParameters().isEmpty()) {
      report.add(Diagnostic.PAYLOAD_GENERIC, position, "signal", record.asType());
    }
    Optional<String> hindrance = Accessibility.hindrance(record, packageName);
    hindrance.ifPresent(
        text ->
            report.add(
                Diagnostic.NOT_ACCESSIBLE,
                position,
                packageName,
                "the signal " + record.getSimpleName(),
                text));
    FileNameCheck fileNames = new FileNameCheck(report);
    fileNames.check(signal, position);
    NAMES
        .fault(signal.signalName(), packageName)
        .ifPresent(
            fault ->
                report.add(
                    Diagnostic.SIGNAL_NAME, signal.name().position(), signal.signalName(), fault));
    int version = signal.version().value();
    if (version < 1) {
      report.add(Diagnostic.VERSION, signal.version().position(), version);
    }
    if (!isWritable) {
      return Optional.empty();
    }
    checkHasUpcaster(signal, value);
    return new StoredValueCheck(report, elements, types, sources, packageName)
        .check(value, "", new StoredValueCheck.Owner(signal.record(), version, true))
        .filter(usable -> hindrance.isEmpty() && FileNameCheck.isNameable(signal));
  }

  private void checkHasUpcaster(SignalDeclaration signal, StoredValue value) {
    int version = signal.version().value();
    int before = version - 1;
    boolean isWritten =
        value.upcasters().stream().anyMatch(upcaster -> upcaster.from().value() == before);
    if (version > 1 && !isWritten) {
      report.add(
          Diagnostic.MISSING_UPCASTER,
          signal.version().position(),
          signal.signalName(),
          version,
          DisplayNames.simple(signal.record()) + " does not have",
          before,
          before);
    }
  }
}
