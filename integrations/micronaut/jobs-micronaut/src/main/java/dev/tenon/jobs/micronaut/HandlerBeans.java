package dev.tenon.jobs.micronaut;

import io.micronaut.core.annotation.AnnotationUtil;
import io.micronaut.inject.ast.ClassElement;
import io.micronaut.inject.visitor.TypeElementVisitor;
import io.micronaut.inject.visitor.VisitorContext;
import java.util.List;
import java.util.Set;

/**
 * Makes each handler a singleton while it is compiled, as if it were annotated with
 * {@code @Singleton}. A handler with a scope, or another annotation that makes it a bean, stays as
 * it is. Micronaut's annotation processor runs this class, which therefore belongs on its path.
 */
public final class HandlerBeans implements TypeElementVisitor<Object, Object> {

  private static final String JOB_TYPE = "dev.tenon.jobs.annotation.JobType";
  private static final List<String> HANDLERS =
      List.of("dev.tenon.jobs.JobHandler", "dev.tenon.jobs.BatchJobHandler");
  private static final List<String> MAKE_BEANS =
      List.of(
          AnnotationUtil.SCOPE,
          "io.micronaut.context.annotation.Bean",
          "io.micronaut.context.annotation.DefaultScope");

  /** Called by Micronaut. */
  public HandlerBeans() {}

  @Override
  public Set<String> getSupportedAnnotationNames() {
    return Set.of(JOB_TYPE);
  }

  @Override
  public String getClassType() {
    return JOB_TYPE;
  }

  @Override
  public VisitorKind getVisitorKind() {
    return VisitorKind.ISOLATING;
  }

  @Override
  public void visitClass(ClassElement type, VisitorContext context) {
    if (!type.isAbstract()
        && HANDLERS.stream().anyMatch(type::isAssignable)
        && MAKE_BEANS.stream().noneMatch(type::hasStereotype)) {
      type.annotate(AnnotationUtil.SINGLETON);
    }
  }
}
