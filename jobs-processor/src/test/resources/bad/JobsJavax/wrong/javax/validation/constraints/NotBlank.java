package javax.validation.constraints;

import java.lang.annotation.ElementType;
import java.lang.annotation.Target;
import javax.validation.Constraint;

@Target({ElementType.FIELD, ElementType.METHOD, ElementType.PARAMETER, ElementType.TYPE_USE})
@Constraint(validatedBy = {})
public @interface NotBlank {}
