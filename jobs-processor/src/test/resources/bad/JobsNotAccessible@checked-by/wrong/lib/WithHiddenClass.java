package lib;

import dev.tenon.jobs.annotation.CheckedBy;

@CheckedBy(value = Open.class, method = "isOfClasses")
public @interface WithHiddenClass {
  Class<?>[] classes() default {String.class, Hidden[].class};
}
