package own;

import jakarta.validation.Constraint;
import jakarta.validation.Payload;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;

/** Composed of standard constraints. */
@Size(max = 5)
@Pattern(regexp = "[A-Z]+", message = "is not in capitals")
@Constraint(validatedBy = {})
@interface Sku {
  String message() default "";

  Class<?>[] groups() default {};

  Class<? extends Payload>[] payload() default {};
}
