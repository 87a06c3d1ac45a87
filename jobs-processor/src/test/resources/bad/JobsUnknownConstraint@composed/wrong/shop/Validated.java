package shop;

import jakarta.validation.Constraint;
import jakarta.validation.ConstraintValidator;
import jakarta.validation.ConstraintValidatorContext;
import jakarta.validation.Payload;
import jakarta.validation.constraints.NotBlank;

@NotBlank
@Constraint(validatedBy = Validated.Check.class)
@interface Validated {
  class Check implements ConstraintValidator<Validated, String> {
    @Override
    public boolean isValid(String value, ConstraintValidatorContext context) {
      return true;
    }
  }

  String message() default "";

  Class<?>[] groups() default {};

  Class<? extends Payload>[] payload() default {};
}
