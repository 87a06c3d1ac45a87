package dev.tenon.jobs.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Makes your own annotation a constraint that your own static method checks. Generated validators
 * call that method directly.
 *
 * <pre>{@code
 * @Target({ElementType.FIELD, ElementType.TYPE_USE})
 * @CheckedBy(Isbn13.class)
 * public @interface Isbn {
 *   String[] prefixes() default {"978", "979"};
 *
 *   String message() default "is not an ISBN";
 * }
 *
 * final class Isbn13 {
 *   static boolean isValid(String value, String[] prefixes) { … }
 * }
 * }</pre>
 *
 * <p>The method is static, returns {@code boolean}, has no type parameters and declares no checked
 * exception. It takes the value, and then each attribute of the annotation in the order of
 * declaration; {@code message}, {@code groups} and {@code payload} are left out. It is never given
 * null: {@code @Nullable} says whether a value may be absent, as for every constraint. No other
 * method of the class has its name. If the payload is in another package, class and method are
 * public.
 *
 * <p>Constraints on the annotation, such as {@code @NotBlank}, are checked too. The annotation may
 * itself be a {@code jakarta.validation.Constraint}, whose validators are then left to that
 * library.
 *
 * <p>If a value does not meet the constraint, the violation has the {@code message} of the
 * annotation: a fixed string, which may name attributes in braces. Without one it says "does not
 * meet {@literal @}Isbn".
 */
@Documented
@Target(ElementType.ANNOTATION_TYPE)
@Retention(RetentionPolicy.CLASS)
public @interface CheckedBy {

  /** The class, interface, record or enum that declares the method. */
  Class<?> value();

  /** The name of the method. */
  String method() default "isValid";
}
