package dev.tenon.jobs.processor.model;

import javax.lang.model.element.AnnotationMirror;
import javax.lang.model.element.AnnotationValue;
import javax.lang.model.element.Element;
import org.jspecify.annotations.Nullable;

/**
 * The place in the sources that something was read from, as exactly as possible: an element, an
 * annotation on it, or a value of that annotation.
 *
 * @param element the element
 * @param annotation an annotation on the element
 * @param value the value, or one entry of a value, of the annotation
 * @param exact a place inside the element
 */
public record SourcePosition(
    Element element,
    @Nullable AnnotationMirror annotation,
    @Nullable AnnotationValue value,
    @Nullable ExactPlace exact) {

  /** The place of an element. */
  public static SourcePosition of(Element element) {
    return new SourcePosition(element, null, null, null);
  }

  /** The place of an annotation on an element. */
  public static SourcePosition of(Element element, AnnotationMirror annotation) {
    return new SourcePosition(element, annotation, null, null);
  }

  /** The place of a value of this annotation. */
  public SourcePosition at(@Nullable AnnotationValue value) {
    return new SourcePosition(element, annotation, value, null);
  }

  /** A place inside an element. */
  public static SourcePosition of(Element element, ExactPlace exact) {
    return new SourcePosition(element, null, null, exact);
  }
}
