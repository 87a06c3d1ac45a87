package dev.tenon.jobs.annotation;

import dev.tenon.jobs.internal.codes.Codes;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.Locale;

/**
 * Names the job module of a compilation. It is placed on one package or class of the compilation.
 *
 * <p>All job types of a compilation form one module. For a module named {@code PlmJobs} the
 * processor writes these classes into the package of the annotated element: {@code PlmJobs} (the
 * typed submit methods, if the module itself has job types), {@code PlmJobsModule} (the registry),
 * and {@code PlmJobsHandlers} (which asks for every handler by its type).
 *
 * <p>Without this annotation the module is named after the last segment of the package that all of
 * its payloads share: {@code com.example.widgets} becomes {@code WidgetsJobs}.
 */
@Documented
@Target({ElementType.PACKAGE, ElementType.TYPE})
@Retention(RetentionPolicy.CLASS)
public @interface JobModule {

  /**
   * The name of the module, a Java class name such as {@code PlmJobs}. Prefixed with the package,
   * it is also part of the name of the module's queue in RabbitMQ: {@code
   * jobs.com.example.plm.PlmJobs}.
   */
  String value();

  /**
   * The generated {@code …Module} classes of other compilations whose job types also belong to this
   * module.
   */
  Class<?>[] includes() default {};

  /** The place that the handlers of this module's job types are compiled in. */
  Handlers handlers() default Handlers.HERE;

  /** The place that the handlers of a module's job types are compiled in. */
  enum Handlers {
    /**
     * In this compilation: each job type of the module, and of each included module that has no
     * handlers, must have exactly one handler.
     */
    HERE,
    /**
     * In the application that includes this module: a handler that is missing here is not an error.
     */
    ELSEWHERE;

    private final String code = name().toLowerCase(Locale.ROOT);

    /** The place as it is shown, such as {@code here}. */
    public String code() {
      return code;
    }

    /**
     * The place with the given code.
     *
     * @throws IllegalArgumentException if there is no such place
     */
    public static Handlers ofCode(String code) {
      return Codes.find(values(), Handlers::code, code);
    }
  }
}
