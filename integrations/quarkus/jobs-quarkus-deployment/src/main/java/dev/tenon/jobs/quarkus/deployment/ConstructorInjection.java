package dev.tenon.jobs.quarkus.deployment;

import jakarta.inject.Inject;
import java.util.Set;
import org.jboss.jandex.AnnotationTarget;
import org.jboss.jandex.AnnotationTransformation;
import org.jboss.jandex.DotName;
import org.jboss.jandex.MethodInfo;

/**
 * Lets Quarkus create the generated classes with their public constructor. Those that were compiled
 * without {@code jakarta.inject} do not say so themselves.
 */
final class ConstructorInjection implements AnnotationTransformation {

  private final Set<DotName> generated;

  ConstructorInjection(Set<DotName> generated) {
    this.generated = generated;
  }

  @Override
  public boolean supports(AnnotationTarget.Kind kind) {
    return kind == AnnotationTarget.Kind.METHOD;
  }

  @Override
  public void apply(TransformationContext context) {
    MethodInfo method = context.declaration().asMethod();
    if (method.isConstructor()
        && GeneratedClasses.isPublic(method)
        && generated.contains(method.declaringClass().name())
        && !context.hasAnnotation(Inject.class)) {
      context.add(Inject.class);
    }
  }
}
