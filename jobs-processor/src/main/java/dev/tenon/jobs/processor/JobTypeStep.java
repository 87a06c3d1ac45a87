package dev.tenon.jobs.processor;

import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.ParameterizedTypeName;
import com.palantir.javapoet.TypeName;
import dev.tenon.jobs.processor.check.Diagnostic;
import dev.tenon.jobs.processor.check.HandlerCheck;
import dev.tenon.jobs.processor.check.JsonCheck;
import dev.tenon.jobs.processor.check.PayloadCheck;
import dev.tenon.jobs.processor.check.Report;
import dev.tenon.jobs.processor.check.ShapeCheck;
import dev.tenon.jobs.processor.model.HandlerDeclaration;
import dev.tenon.jobs.processor.model.JobDeclaration;
import dev.tenon.jobs.processor.model.Place;
import dev.tenon.jobs.processor.model.Shapes;
import dev.tenon.jobs.processor.read.CompiledRecords;
import dev.tenon.jobs.processor.read.JobTypeReader;
import dev.tenon.jobs.processor.read.ShapeReader;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.annotation.processing.ProcessingEnvironment;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.util.Elements;

/** Reads and checks one class that has {@code @JobType}, by itself. */
final class JobTypeStep {

  private final Elements elements;
  private final JobTypeReader reader;
  private final ShapeReader shapeReader;
  private final CompiledRecords compiled;
  private final Found found;

  /**
   * A step.
   *
   * @param found what says which classes are in the sources
   */
  JobTypeStep(ProcessingEnvironment environment, JobTypeReader reader, Found found) {
    this.elements = environment.getElementUtils();
    this.reader = reader;
    this.shapeReader = new ShapeReader(elements, environment.getTypeUtils());
    this.compiled = new CompiledRecords(elements, environment.getFiler());
    this.found = found;
  }

  /** What became of a class. */
  sealed interface Outcome {
    /** It refers to a type that does not exist yet; try again in the next round. */
    record Deferred() implements Outcome {}

    /** It is done: a handler, or reported, or compiled before. */
    record Done() implements Outcome {}

    /** A definition can be written for it, even if something was reported. */
    record Writable(JobDeclaration job, Shapes payload, Optional<Shapes> result)
        implements Outcome {}
  }

  Outcome process(TypeElement type, Report report) {
    if (Incremental.isCompiled(type, elements)) {
      return new Outcome.Done();
    }
    return switch (reader.role(type)) {
      case PAYLOAD -> payload(type, report);
      case HANDLER -> handler(type, report);
      case NEITHER -> neither(type, report);
      case UNRESOLVED -> new Outcome.Deferred();
    };
  }

  private Outcome payload(TypeElement type, Report report) {
    Optional<JobDeclaration> job = reader.declaration(type);
    Optional<Shapes> payload = shapeReader.read((DeclaredType) type.asType());
    if (job.isEmpty() || payload.isEmpty()) {
      return new Outcome.Deferred();
    }
    Optional<Shapes> result = Optional.empty();
    JobDeclaration.ResultType resultType = job.get().result().value();
    if (resultType.shaped() && !resultType.generic()) {
      TypeElement resultElement = elements.getTypeElement(resultType.name().toString());
      result = shapeReader.read((DeclaredType) resultElement.asType());
      if (result.isEmpty()) {
        return new Outcome.Deferred();
      }
    }
    new PayloadCheck(report).check(job.get(), type);
    if (!type.getTypeParameters().isEmpty()) {
      return new Outcome.Done();
    }
    ShapeCheck shapeCheck = new ShapeCheck(report, elements, job.get().payload().packageName());
    JsonCheck jsonCheck = new JsonCheck(report);
    List<Shapes> all = Stream.concat(payload.stream(), result.stream()).toList();
    all.forEach(shapeCheck::check);
    all.forEach(jsonCheck::check);
    all.forEach(shapes -> checkCompiled(shapes, job.get().place(), report));
    return all.stream().allMatch(shapeCheck::isAccessible)
        ? new Outcome.Writable(job.get(), payload.get(), result)
        : new Outcome.Done();
  }

  private void checkCompiled(Shapes shapes, Place place, Report report) {
    for (TypeName record : shapes.records().keySet()) {
      ClassName name =
          record instanceof ParameterizedTypeName generic ? generic.rawType() : (ClassName) record;
      TypeElement element = elements.getTypeElement(name.canonicalName());
      if (!found.sources().contains(name.canonicalName()) && compiled.hideAnnotations(element)) {
        report.add(Diagnostic.HIDDEN_ANNOTATIONS, place, name);
      }
    }
  }

  private Outcome handler(TypeElement type, Report report) {
    Optional<HandlerDeclaration> handler = reader.handler(type);
    if (handler.isEmpty()) {
      return new Outcome.Deferred();
    }
    new HandlerCheck(report).check(handler.get());
    return new Outcome.Done();
  }

  private static Outcome neither(TypeElement type, Report report) {
    String what =
        switch (type.getKind()) {
          case INTERFACE -> "an interface";
          case ENUM -> "an enum";
          case ANNOTATION_TYPE -> "an annotation";
          default -> "a class that implements no JobHandler";
        };
    report.add(Diagnostic.NOT_A_RECORD, Place.of(type), type.getSimpleName(), what);
    return new Outcome.Done();
  }
}
