package dev.tenon.jobs.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Says what a generated module class contains, so that the compilation of another module which
 * includes it can check against it. Written by the annotation processor only.
 */
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.CLASS)
public @interface GeneratedJobModule {

  /** The payload records of the module's own job types, each annotated with {@link JobType}. */
  Class<?>[] payloads();

  /** The generated module classes that the module includes. */
  Class<?>[] includes() default {};

  /** The generated class that takes the module's handlers; {@link Void} where it has none. */
  Class<?> handlers() default Void.class;
}
