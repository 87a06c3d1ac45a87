package dev.tenon.jobs.processor.step;

import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.TypeName;
import dev.tenon.jobs.processor.check.AliasCheck;
import dev.tenon.jobs.processor.check.BacklogCheck;
import dev.tenon.jobs.processor.check.BatchCheck;
import dev.tenon.jobs.processor.check.Diagnostic;
import dev.tenon.jobs.processor.check.EmitsCheck;
import dev.tenon.jobs.processor.check.HandlerCheck;
import dev.tenon.jobs.processor.check.JsonCheck;
import dev.tenon.jobs.processor.check.LimitCheck;
import dev.tenon.jobs.processor.check.OrderCheck;
import dev.tenon.jobs.processor.check.PayloadCheck;
import dev.tenon.jobs.processor.check.Report;
import dev.tenon.jobs.processor.check.ScheduleCheck;
import dev.tenon.jobs.processor.check.ShapeCheck;
import dev.tenon.jobs.processor.check.StoredValueCheck;
import dev.tenon.jobs.processor.check.TaskInputCheck;
import dev.tenon.jobs.processor.check.UniqueCheck;
import dev.tenon.jobs.processor.check.VersionCheck;
import dev.tenon.jobs.processor.model.BatchDeclaration;
import dev.tenon.jobs.processor.model.HandlerDeclaration;
import dev.tenon.jobs.processor.model.JobDeclaration;
import dev.tenon.jobs.processor.model.RecordShape.Component;
import dev.tenon.jobs.processor.model.Shapes;
import dev.tenon.jobs.processor.model.SimpleResult;
import dev.tenon.jobs.processor.model.SourcePosition;
import dev.tenon.jobs.processor.model.StoredValue;
import dev.tenon.jobs.processor.model.TaskInputMethod;
import dev.tenon.jobs.processor.model.TypeNames;
import dev.tenon.jobs.processor.model.UpcasterMethod;
import dev.tenon.jobs.processor.model.Upcasters;
import dev.tenon.jobs.processor.model.WritableJob;
import dev.tenon.jobs.processor.read.CompiledRecords;
import dev.tenon.jobs.processor.read.JobTypeReader;
import dev.tenon.jobs.processor.read.KotlinClasses;
import dev.tenon.jobs.processor.read.ResultReader;
import dev.tenon.jobs.processor.read.ShapeReader;
import dev.tenon.jobs.processor.read.StoredValueReader;
import dev.tenon.jobs.processor.read.TaskInputReader;
import dev.tenon.jobs.processor.read.UpcasterReader;
import dev.tenon.jobs.processor.round.AnnotatedTypes;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.annotation.processing.ProcessingEnvironment;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.util.Elements;
import javax.lang.model.util.Types;

/** Reads and checks a single class that has {@code @JobType}. */
public final class JobTypeStep {

  private final Elements elements;
  private final Types types;
  private final JobTypeReader reader;
  private final ShapeReader shapeReader;
  private final ResultReader results;
  private final StoredValueReader storedValues;
  private final UpcasterReader upcasterReader;
  private final TaskInputReader inputReader;
  private final CompiledRecords compiled;
  private final AnnotatedTypes found;

  /**
   * Creates a step.
   *
   * @param found the collector that knows which classes are in the sources
   */
  public JobTypeStep(
      ProcessingEnvironment environment, JobTypeReader reader, AnnotatedTypes found) {
    this.elements = environment.getElementUtils();
    this.types = environment.getTypeUtils();
    this.reader = reader;
    this.shapeReader = new ShapeReader(elements, types);
    this.results = new ResultReader(elements, types);
    this.storedValues = new StoredValueReader(elements, types);
    this.upcasterReader = new UpcasterReader(elements, types);
    this.inputReader = new TaskInputReader(elements, types);
    this.compiled = new CompiledRecords(elements, environment.getFiler());
    this.found = found;
  }

  /** Reads and checks a class. */
  public Outcome<WritableJob> process(TypeElement type, Report report) {
    return switch (reader.role(type)) {
      case PAYLOAD -> payload(type, report);
      case HANDLER -> handler(type, report);
      case NEITHER -> neither(type, report);
      case UNRESOLVED -> new Outcome.Deferred<>();
    };
  }

  private Outcome<WritableJob> payload(TypeElement type, Report report) {
    Optional<JobDeclaration> job = reader.declaration(type);
    Optional<Shapes> payload = shapeReader.read((DeclaredType) type.asType());
    Optional<List<UpcasterMethod>> payloadUpcasters = upcasterReader.read(type);
    Optional<List<UpcasterMethod>> resultUpcasters = Optional.of(List.of());
    Optional<List<TaskInputMethod>> inputMethods = inputReader.read(type);
    if (job.isEmpty()
        || payload.isEmpty()
        || payloadUpcasters.isEmpty()
        || inputMethods.isEmpty()) {
      return new Outcome.Deferred<>();
    }
    Optional<Shapes> result = Optional.empty();
    JobDeclaration.ResultType resultType = job.get().result().value();
    if (resultType.shaped() && !resultType.generic()) {
      TypeElement resultElement = elements.getTypeElement(resultType.name().toString());
      result = shapeReader.read((DeclaredType) resultElement.asType());
      resultUpcasters = upcasterReader.read(resultElement);
      if (result.isEmpty() || resultUpcasters.isEmpty()) {
        return new Outcome.Deferred<>();
      }
    }
    Optional<StoredValue> emittedValue = Optional.empty();
    if (job.get().emitted().isPresent()) {
      TypeElement emitted = elements.getTypeElement(job.get().emitted().get().toString());
      emittedValue = storedValues.read(emitted.asType(), "emitted value", type);
      if (emittedValue.isEmpty()) {
        return new Outcome.Deferred<>();
      }
    }
    new PayloadCheck(report).check(job.get(), type);
    new EmitsCheck(report).check(job.get());
    new AliasCheck(report).check(job.get());
    List<Component> components = payload.get().get(payload.get().root()).components();
    new LimitCheck(report).check(job.get(), components);
    new BacklogCheck(report).check(job.get(), components);
    new UniqueCheck(report).check(job.get(), components);
    new OrderCheck(report).check(job.get(), components);
    new ScheduleCheck(report).check(job.get());
    Upcasters upcasters =
        new VersionCheck(report, elements, found.sources())
            .check(
                job.get(),
                payloadUpcasters.get(),
                resultUpcasters.get(),
                emittedValue.map(StoredValue::upcasters).orElse(List.of()));
    if (!type.getTypeParameters().isEmpty()) {
      return new Outcome.Done<>();
    }
    ShapeCheck shapeCheck =
        new ShapeCheck(report, elements, types, found.sources(), job.get().payload().packageName());
    JsonCheck jsonCheck = new JsonCheck(report, found.sources());
    List<Shapes> all = Stream.concat(payload.stream(), result.stream()).toList();
    all.forEach(shapeCheck::check);
    jsonCheck.check(payload.get(), job.get().position());
    result.ifPresent(shapes -> jsonCheck.check(shapes, job.get().result().position()));
    List<TaskInputMethod> inputs =
        new TaskInputCheck(report, job.get()).check(inputMethods.get(), all);
    Optional<SimpleResult> simple = simpleResult(resultType, type);
    simple.ifPresent(
        found -> {
          shapeCheck.check(found.value(), found.shapes());
          jsonCheck.check(found.value(), found.shapes());
        });
    all.forEach(shapes -> checkCompiled(shapes, job.get(), report));
    emittedValue.ifPresent(value -> checkCompiled(value.shapes(), job.get(), report));
    // A result may have the same upcasters, each job type with its own version
    StoredValueCheck.Owner owner =
        new StoredValueCheck.Owner(job.get().payload(), job.get().version().value(), false);
    StoredValueCheck valueCheck =
        new StoredValueCheck(
            report, elements, types, found.sources(), job.get().payload().packageName());
    Optional<StoredValue> emitted =
        emittedValue.flatMap(value -> valueCheck.check(value, "the ", owner));
    return PayloadCheck.isAccessible(job.get(), elements)
            && all.stream().allMatch(shapeCheck::isAccessible)
            && simple.stream().allMatch(found -> shapeCheck.isAccessible(found.shapes()))
            && emitted.isPresent() == emittedValue.isPresent()
        ? new Outcome.Writable<>(
            new WritableJob(job.get(), payload.get(), result, simple, emitted, upcasters, inputs))
        : new Outcome.Done<>();
  }

  /** A result that is not a record, if there is one. */
  private Optional<SimpleResult> simpleResult(
      JobDeclaration.ResultType type, TypeElement declaration) {
    boolean isSimple =
        !type.shaped()
            && !type.generic()
            && type.notJson().isEmpty()
            && !type.name().isPrimitive()
            && !type.name().equals(TypeName.VOID.box());
    return isSimple ? Optional.of(results.read(type.name(), declaration)) : Optional.empty();
  }

  private void checkCompiled(Shapes shapes, JobDeclaration job, Report report) {
    for (TypeName record : shapes.records().keySet()) {
      ClassName name = TypeNames.raw(record);
      if (!found.sources().contains(name.canonicalName()) && hidesAnnotations(name, job)) {
        report.add(Diagnostic.HIDDEN_ANNOTATIONS, job.position(), name);
      }
    }
  }

  /**
   * Returns whether a record of a job type comes from a class file, and the compiler does not show
   * all of its annotations. Gradle hands over unchanged records in this way.
   */
  public boolean hidesAnnotations(WritableJob job) {
    return job.records().map(TypeNames::raw).anyMatch(name -> hidesAnnotations(name, job.job()));
  }

  private boolean hidesAnnotations(ClassName record, JobDeclaration job) {
    return compiled.hideAnnotations(
        elements.getTypeElement(record.canonicalName()),
        elements.getTypeElement(job.payload().canonicalName()));
  }

  private Outcome<WritableJob> handler(TypeElement type, Report report) {
    Optional<HandlerDeclaration> handler = reader.handler(type);
    if (handler.isEmpty()) {
      return new Outcome.Deferred<>();
    }
    new HandlerCheck(report).check(handler.get());
    new BatchCheck(report).check(handler.get());
    return checkKey(handler.get(), report) ? new Outcome.Done<>() : new Outcome.Deferred<>();
  }

  /**
   * Checks the component that the jobs of a batch have in common; returns false if the payload
   * refers to a type that does not exist yet.
   */
  private boolean checkKey(HandlerDeclaration handler, Report report) {
    Optional<BatchDeclaration> keyed =
        handler.batch().filter(batch -> !batch.by().value().isEmpty());
    Optional<TypeElement> payload =
        handler.payloadElement().filter(element -> element.getKind() == ElementKind.RECORD);
    // Another payload than that of the type is reported elsewhere
    if (keyed.isEmpty() || payload.isEmpty()) {
      return true;
    }
    Optional<Shapes> shapes = shapeReader.read((DeclaredType) payload.get().asType());
    shapes.ifPresent(
        found ->
            new BatchCheck(report)
                .checkKey(
                    keyed.get(),
                    ClassName.get(payload.get()),
                    found.get(found.root()).components()));
    return shapes.isPresent();
  }

  private static Outcome<WritableJob> neither(TypeElement type, Report report) {
    if (KotlinClasses.isDataClass(type)) {
      report.add(
          Diagnostic.KOTLIN_DATA_CLASS,
          SourcePosition.of(type),
          type.getSimpleName(),
          type.getSimpleName(),
          KotlinClasses.components(type));
      return new Outcome.Done<>();
    }
    String what =
        switch (type.getKind()) {
          case INTERFACE -> "an interface";
          case ENUM -> "an enum";
          case ANNOTATION_TYPE -> "an annotation";
          default ->
              KotlinClasses.isKotlin(type)
                  ? "a Kotlin class that does not implement JobHandler"
                  : "a class that does not implement JobHandler";
        };
    String fix = "Move the annotation to one of these";
    if (type.getKind() == ElementKind.CLASS) {
      fix =
          KotlinClasses.isKotlin(type)
              ? "Write payloads as records in Java, or let it implement JobHandler<Payload, Result>"
              : "Make it a record, or let it implement JobHandler<Payload, Result>";
    }
    report.add(Diagnostic.NOT_A_RECORD, SourcePosition.of(type), type.getSimpleName(), what, fix);
    return new Outcome.Done<>();
  }
}
