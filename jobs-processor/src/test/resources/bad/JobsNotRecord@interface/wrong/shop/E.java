package shop;

import dev.tenon.jobs.annotation.JobType;

@JobType("shop.export")
enum E {}
