package shop;

import dev.tenon.jobs.annotation.JobType;

@JobType("shop.import")
record Import(@Isbn String book, @Isbn CharSequence fine, @Isbn Integer number) {}
