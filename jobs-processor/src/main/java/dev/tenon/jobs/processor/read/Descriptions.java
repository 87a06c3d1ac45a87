package dev.tenon.jobs.processor.read;

import dev.tenon.jobs.processor.model.RuntimeTypes;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import javax.lang.model.element.Element;
import javax.lang.model.element.RecordComponentElement;
import javax.lang.model.element.TypeElement;
import javax.lang.model.util.Elements;

/**
 * The descriptions of records and their components: from {@code @Description}, or else from the
 * Javadoc comment of the record and its {@code @param} tags. Class files have no comments.
 */
public final class Descriptions {

  private static final String DESCRIPTION = RuntimeTypes.DESCRIPTION.canonicalName();

  private final Elements elements;
  private final Map<String, Javadoc> comments = new HashMap<>();

  /** Creates a reader. */
  public Descriptions(Elements elements) {
    this.elements = elements;
  }

  /** The description of a record or a sealed interface. */
  public Optional<String> of(TypeElement type) {
    return annotated(type).or(() -> comment(type).body()).filter(text -> !text.isEmpty());
  }

  /** The description of a component. */
  public Optional<String> of(TypeElement record, String component) {
    return record.getRecordComponents().stream()
        .filter(element -> element.getSimpleName().contentEquals(component))
        .findFirst()
        .flatMap(Descriptions::annotated)
        .or(() -> comment(record).parameter(component))
        .filter(text -> !text.isEmpty());
  }

  private static Optional<String> annotated(Element element) {
    Optional<String> here =
        Annotations.find(element, DESCRIPTION)
            .map(mirror -> Annotations.text(mirror, "value").strip());
    // Compilers do not show all annotations of components in class files, but they show those of
    // accessors
    return here.isEmpty() && element instanceof RecordComponentElement component
        ? annotated(component.getAccessor())
        : here;
  }

  private Javadoc comment(TypeElement type) {
    return comments.computeIfAbsent(
        type.getQualifiedName().toString(), name -> Javadoc.of(elements.getDocComment(type)));
  }
}
