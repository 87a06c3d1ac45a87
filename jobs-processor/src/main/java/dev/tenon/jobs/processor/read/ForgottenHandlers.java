package dev.tenon.jobs.processor.read;

import com.palantir.javapoet.ClassName;
import dev.tenon.jobs.processor.model.RuntimeTypes;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.util.Elements;
import javax.lang.model.util.Types;
import org.jspecify.annotations.Nullable;

/**
 * Finds classes in the sources that implement {@code JobHandler} but have no {@code @JobType}. They
 * are searched for on demand, because only the message about a missing handler needs them.
 */
public final class ForgottenHandlers {

  private final Elements elements;
  private final JobTypeReader reader;
  private final Set<String> sources;
  private @Nullable Map<ClassName, TypeElement> byPayload;

  /**
   * Creates a finder for a compilation.
   *
   * @param sources the names of the classes in the sources
   */
  public ForgottenHandlers(Elements elements, Types types, Set<String> sources) {
    this.elements = elements;
    this.reader = new JobTypeReader(elements, types);
    this.sources = sources;
  }

  /** The handler that takes this payload; the first by name if there are several. */
  public Optional<TypeElement> of(ClassName payload) {
    if (byPayload == null) {
      byPayload = find();
    }
    return Optional.ofNullable(byPayload.get(payload));
  }

  private Map<ClassName, TypeElement> find() {
    Map<ClassName, TypeElement> found = new HashMap<>();
    for (String name : sources) {
      TypeElement type = elements.getTypeElement(name);
      if (type != null && isHandlerClass(type)) {
        reader
            .implemented(type)
            .filter(handler -> handler.getTypeArguments().size() == 2)
            .map(handler -> handler.getTypeArguments().get(0))
            .filter(DeclaredType.class::isInstance)
            .map(payload -> ClassName.get((TypeElement) ((DeclaredType) payload).asElement()))
            .ifPresent(payload -> found.putIfAbsent(payload, type));
      }
    }
    return found;
  }

  private static boolean isHandlerClass(TypeElement type) {
    return (type.getKind() == ElementKind.CLASS || type.getKind() == ElementKind.RECORD)
        && !type.getModifiers().contains(Modifier.ABSTRACT)
        && Annotations.find(type, RuntimeTypes.JOB_TYPE.canonicalName()).isEmpty();
  }
}
