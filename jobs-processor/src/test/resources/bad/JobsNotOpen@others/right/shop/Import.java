package shop;

import dev.tenon.jobs.annotation.JobType;

@JobType("shop.import")
public record Import(String file) {}
