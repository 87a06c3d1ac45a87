package dev.tenon.jobs.processor;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.Version;
import tools.jackson.databind.cfg.MapperConfig;
import tools.jackson.databind.introspect.AnnotatedMember;
import tools.jackson.databind.introspect.AnnotatedParameter;
import tools.jackson.databind.introspect.NopAnnotationIntrospector;

/**
 * Requires components of primitive types: otherwise, missing ones would read as 0 or false, which
 * no validator can distinguish from a value. Missing components of other types read as null, which
 * the generated validator checks. Immutable and thread-safe.
 */
final class RequiredPrimitives extends NopAnnotationIntrospector {

  private static final long serialVersionUID = 1L;

  @Override
  public Version version() {
    return Version.unknownVersion();
  }

  @Override
  public @Nullable Boolean hasRequiredMarker(MapperConfig<?> config, AnnotatedMember member) {
    boolean required = member instanceof AnnotatedParameter && member.getRawType().isPrimitive();
    return required ? true : null;
  }
}
