package shop;

import dev.tenon.jobs.annotation.JobType;

@JobType("ImportFile")
record Import(String file) {}
