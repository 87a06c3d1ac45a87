package dev.tenon.jobs.processor.read;

import dev.tenon.jobs.processor.model.Attribute;
import dev.tenon.jobs.processor.model.BatchDeclaration;
import dev.tenon.jobs.processor.model.HandlerDeclaration.Form;
import dev.tenon.jobs.processor.model.RuntimeTypes;
import dev.tenon.jobs.processor.model.SourcePosition;
import java.util.List;
import java.util.Optional;
import javax.lang.model.element.AnnotationMirror;
import javax.lang.model.element.RecordComponentElement;
import javax.lang.model.element.TypeElement;
import javax.lang.model.element.VariableElement;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.TypeMirror;
import javax.lang.model.util.ElementFilter;

/** Reads {@code @Batch} on handler classes. */
final class BatchReader {

  private BatchReader() {}

  /**
   * The rule for gathering the batches of a handler; empty if it takes one job at a time and has no
   * {@code @Batch}, or if that has a value that the compiler reports.
   *
   * @param jobType the handler's {@code @JobType}
   * @param arguments the type arguments of the interface that it implements
   */
  static Optional<BatchDeclaration> read(
      TypeElement handler,
      SourcePosition jobType,
      Form form,
      List<? extends TypeMirror> arguments) {
    Optional<AnnotationMirror> annotation = annotation(handler);
    if (annotation.isEmpty()) {
      return form == Form.SINGLE
          ? Optional.empty()
          : Optional.of(
              new BatchDeclaration(
                  jobType,
                  new Attribute<>(BatchDeclaration.DEFAULT_MAX_JOBS, false, jobType),
                  new Attribute<>(BatchDeclaration.DEFAULT_MAX_WAIT, false, jobType),
                  new Attribute<>("", false, jobType),
                  Optional.empty()));
    }
    if (!Annotations.isReadable(annotation.get())) {
      return Optional.empty();
    }
    AttributeReader attributes =
        new AttributeReader(SourcePosition.of(handler, annotation.get()), annotation.get());
    Attribute<String> by = attributes.text("by");
    return Optional.of(
        new BatchDeclaration(
            attributes.position(),
            attributes.integer("maxJobs"),
            attributes.text("maxWait"),
            by,
            arguments.isEmpty() ? Optional.empty() : property(arguments.get(0), by.value())));
  }

  /** Returns whether a handler has a {@code @Batch} with a value that the compiler reports. */
  static boolean isUnreadable(TypeElement handler) {
    return annotation(handler).filter(batch -> !Annotations.isReadable(batch)).isPresent();
  }

  private static Optional<AnnotationMirror> annotation(TypeElement handler) {
    return Annotations.find(handler, RuntimeTypes.BATCH.canonicalName());
  }

  private static Optional<String> property(TypeMirror payload, String component) {
    if (!(payload instanceof DeclaredType declared)
        || !(declared.asElement() instanceof TypeElement record)) {
      return Optional.empty();
    }
    for (RecordComponentElement each : record.getRecordComponents()) {
      if (each.getSimpleName().contentEquals(component)) {
        for (VariableElement field : ElementFilter.fieldsIn(record.getEnclosedElements())) {
          if (field.getSimpleName().contentEquals(component)) {
            return JacksonAnnotations.property(field, each.getAccessor())
                .or(() -> Optional.of(component));
          }
        }
        return JacksonAnnotations.property(each.getAccessor()).or(() -> Optional.of(component));
      }
    }
    return Optional.empty();
  }
}
