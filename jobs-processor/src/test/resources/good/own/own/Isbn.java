package own;

import dev.tenon.jobs.annotation.CheckedBy;
import jakarta.validation.Constraint;
import jakarta.validation.Payload;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

@Target({ElementType.FIELD, ElementType.TYPE_USE})
@Retention(RetentionPolicy.RUNTIME)
@CheckedBy(Isbn13.class)
@Constraint(validatedBy = {})
@interface Isbn {
  String[] prefixes() default {"978", "979"};

  String message() default "{own.Isbn.message}";

  Class<?>[] groups() default {};

  Class<? extends Payload>[] payload() default {};
}
