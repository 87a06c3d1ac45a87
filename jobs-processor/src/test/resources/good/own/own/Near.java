package own;

import dev.tenon.jobs.annotation.CheckedBy;
import java.lang.annotation.Repeatable;

/** Can be repeated, and has no target, no message and an attribute with the name value. */
@Repeatable(Near.All.class)
@CheckedBy(value = Numbers.class, method = "isNear")
@interface Near {
  double value();

  boolean exact() default false;

  @interface All {
    Near[] value();
  }
}
