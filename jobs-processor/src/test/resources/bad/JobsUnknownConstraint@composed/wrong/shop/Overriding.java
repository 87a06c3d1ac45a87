package shop;

import jakarta.validation.Constraint;
import jakarta.validation.OverridesAttribute;
import jakarta.validation.Payload;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;

@NotBlank
@Size
@Constraint(validatedBy = {})
@interface Overriding {
  @OverridesAttribute(constraint = Size.class, name = "max")
  int max() default 9;

  String message() default "";

  Class<?>[] groups() default {};

  Class<? extends Payload>[] payload() default {};
}
