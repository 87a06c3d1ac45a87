package shop;

import dev.tenon.jobs.annotation.JobType;

@JobType("shop.import")
record Import(@Single String a, @Overriding String b, @Validated String c, @Plain(groups = Runnable.class) String d) {}
