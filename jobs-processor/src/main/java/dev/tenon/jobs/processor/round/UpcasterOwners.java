package dev.tenon.jobs.processor.round;

import dev.tenon.jobs.processor.model.RuntimeTypes;
import dev.tenon.jobs.processor.model.UpcasterMethod;
import dev.tenon.jobs.processor.read.UpcasterReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import javax.annotation.processing.ProcessingEnvironment;
import javax.annotation.processing.RoundEnvironment;
import javax.lang.model.element.Element;
import javax.lang.model.element.TypeElement;
import javax.lang.model.util.Elements;

/** The classes that have methods with {@code @Upcaster}, by name, over all rounds. */
public final class UpcasterOwners {

  private static final String ANNOTATION = RuntimeTypes.UPCASTER_ANNOTATION.canonicalName();

  private final Elements elements;
  private final UpcasterReader reader;
  private final Set<String> owners = new TreeSet<>();

  /** Creates a collector for the rounds of a compilation. */
  public UpcasterOwners(ProcessingEnvironment environment) {
    this.elements = environment.getElementUtils();
    this.reader = new UpcasterReader(elements, environment.getTypeUtils());
  }

  /** Adds the methods of a round. */
  public void add(RoundEnvironment round) {
    TypeElement annotation = elements.getTypeElement(ANNOTATION);
    if (annotation != null) {
      for (Element method : round.getElementsAnnotatedWith(annotation)) {
        if (method.getEnclosingElement() instanceof TypeElement owner) {
          owners.add(owner.getQualifiedName().toString());
        }
      }
    }
  }

  /** The methods, sorted by the names of their classes, without those that name missing types. */
  public List<UpcasterMethod> methods() {
    List<UpcasterMethod> methods = new ArrayList<>();
    for (String owner : owners) {
      reader
          .read(Objects.requireNonNull(elements.getTypeElement(owner)))
          .ifPresent(methods::addAll);
    }
    return methods;
  }
}
