package dev.tenon.jobs.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Describes the contents of a generated module class, so that another module that includes it can
 * be checked against it at compile time. Only the annotation processor writes this annotation.
 */
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.CLASS)
public @interface GeneratedJobModule {

  /** The payload records of the module's own job types, each annotated with {@link JobType}. */
  Class<?>[] payloads();

  /** The records of the module's own signals, each annotated with {@link Signal}. */
  Class<?>[] signals() default {};

  /** The generated module classes that the module includes. */
  Class<?>[] includes() default {};

  /** The generated class that takes the module's handlers; {@link Void} if it has none. */
  Class<?> handlers() default Void.class;
}
