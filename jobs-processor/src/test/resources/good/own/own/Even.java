package own;

import dev.tenon.jobs.annotation.CheckedBy;
import java.lang.annotation.ElementType;
import java.lang.annotation.Target;

/** Is allowed only in types, so before an array it is on the entries. */
@Target(ElementType.TYPE_USE)
@CheckedBy(value = Numbers.class, method = "isEven")
@interface Even {
  String message() default "is odd";
}
