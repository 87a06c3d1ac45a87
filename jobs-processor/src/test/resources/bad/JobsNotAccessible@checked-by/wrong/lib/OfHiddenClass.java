package lib;

import dev.tenon.jobs.annotation.CheckedBy;

@CheckedBy(Hidden.class)
public @interface OfHiddenClass {}
