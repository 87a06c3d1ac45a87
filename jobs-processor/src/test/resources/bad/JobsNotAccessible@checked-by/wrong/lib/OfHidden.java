package lib;

import dev.tenon.jobs.annotation.CheckedBy;

@CheckedBy(Open.class)
public @interface OfHidden {}
