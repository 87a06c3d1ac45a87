package dev.tenon.jobs.processor.round;

import java.util.Set;
import javax.annotation.processing.Generated;
import javax.annotation.processing.RoundEnvironment;
import javax.lang.model.element.AnnotationMirror;
import javax.lang.model.element.Element;

/** Recognises classes that Tenon's processors wrote in this compilation. */
public final class GeneratedSources {

  private static final String PROCESSORS = "dev.tenon.jobs.processor.";

  private GeneratedSources() {}

  /** Returns whether a round brings only classes that Tenon wrote. */
  public static boolean bringsNothingElse(RoundEnvironment round) {
    Set<? extends Element> brought = round.getRootElements();
    return !brought.isEmpty() && brought.stream().allMatch(GeneratedSources::isOurs);
  }

  private static boolean isOurs(Element element) {
    return element.getAnnotationMirrors().stream().anyMatch(GeneratedSources::namesOurs);
  }

  private static boolean namesOurs(AnnotationMirror mirror) {
    return mirror.getAnnotationType().toString().equals(Generated.class.getName())
        && mirror.getElementValues().values().stream()
            .anyMatch(value -> value.toString().contains(PROCESSORS));
  }
}
