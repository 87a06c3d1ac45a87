package lib;

import dev.tenon.jobs.annotation.CheckedBy;

@CheckedBy(value = Open.class, method = "isOfMode")
public @interface WithHidden {
  Hidden.Mode mode() default Hidden.Mode.STRICT;
}
