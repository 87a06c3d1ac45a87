package dev.tenon.jobs.processor.step;

import com.palantir.javapoet.ClassName;
import dev.tenon.jobs.processor.check.Diagnostic;
import dev.tenon.jobs.processor.check.Report;
import dev.tenon.jobs.processor.check.SignalCheck;
import dev.tenon.jobs.processor.model.SignalDeclaration;
import dev.tenon.jobs.processor.model.StoredValue;
import dev.tenon.jobs.processor.model.TypeNames;
import dev.tenon.jobs.processor.model.WritableSignal;
import dev.tenon.jobs.processor.read.CompiledRecords;
import dev.tenon.jobs.processor.read.JobTypeReader;
import dev.tenon.jobs.processor.read.SignalReader;
import dev.tenon.jobs.processor.read.StoredValueReader;
import dev.tenon.jobs.processor.round.AnnotatedTypes;
import java.util.Optional;
import javax.annotation.processing.ProcessingEnvironment;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.TypeElement;
import javax.lang.model.util.Elements;
import javax.lang.model.util.Types;

/** Reads and checks a single class that has {@code @Signal}. */
public final class SignalStep {

  private final Elements elements;
  private final Types types;
  private final StoredValueReader values;
  private final JobTypeReader jobTypes;
  private final CompiledRecords compiled;
  private final AnnotatedTypes found;

  /**
   * Creates a step.
   *
   * @param found the collector that knows which classes are in the sources
   */
  public SignalStep(
      ProcessingEnvironment environment, JobTypeReader jobTypes, AnnotatedTypes found) {
    this.elements = environment.getElementUtils();
    this.types = environment.getTypeUtils();
    this.values = new StoredValueReader(elements, types);
    this.jobTypes = jobTypes;
    this.compiled = new CompiledRecords(elements, environment.getFiler());
    this.found = found;
  }

  /** Reads and checks a class. */
  public Outcome<WritableSignal> process(TypeElement type, Report report) {
    SignalCheck check = new SignalCheck(report, elements, types, found.sources());
    if (type.getKind() != ElementKind.RECORD) {
      check.reportNotRecord(type);
      return new Outcome.Done<>();
    }
    Optional<SignalDeclaration> signal = SignalReader.declaration(type);
    Optional<StoredValue> value = values.read(type.asType(), type.getSimpleName().toString(), type);
    if (signal.isEmpty() || value.isEmpty()) {
      return new Outcome.Deferred<>();
    }
    checkCompiled(signal.get(), value.get(), report);
    return check
        .check(signal.get(), type, value.get(), jobTypes.isDeclared(type))
        .<Outcome<WritableSignal>>map(
            usable -> new Outcome.Writable<>(new WritableSignal(signal.get(), usable)))
        .orElseGet(Outcome.Done::new);
  }

  private void checkCompiled(SignalDeclaration signal, StoredValue value, Report report) {
    value
        .records()
        .map(TypeNames::raw)
        .filter(name -> !found.sources().contains(name.canonicalName()))
        .filter(name -> hidesAnnotations(name, signal))
        .forEach(name -> report.add(Diagnostic.HIDDEN_ANNOTATIONS, signal.position(), name));
  }

  /**
   * Returns whether a record of a signal comes from a class file, and the compiler does not show
   * all of its annotations.
   */
  public boolean hidesAnnotations(WritableSignal signal) {
    return signal
        .value()
        .records()
        .map(TypeNames::raw)
        .anyMatch(name -> hidesAnnotations(name, signal.signal()));
  }

  private boolean hidesAnnotations(ClassName record, SignalDeclaration signal) {
    return compiled.hideAnnotations(
        elements.getTypeElement(record.canonicalName()),
        elements.getTypeElement(signal.record().canonicalName()));
  }
}
