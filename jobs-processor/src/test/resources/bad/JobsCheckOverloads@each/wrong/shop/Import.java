package shop;

import dev.tenon.jobs.annotation.JobType;

@JobType("shop.import")
record Import(@Checks.Mine String a, @Checks.Mine CharSequence b, @Checks.Mine int c, @Checks.Mine Integer d, @Checks.Other int e, @Checks.Other Integer f, @Checks.Twice String g) {}
